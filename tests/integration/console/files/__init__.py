"""The console's pages of files."""
