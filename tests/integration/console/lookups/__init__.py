"""The console's pages of lookups."""
