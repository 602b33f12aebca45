"""The page of one source, and its actions."""
