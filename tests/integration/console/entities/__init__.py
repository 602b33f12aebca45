"""The console's pages of entities."""
