"""The page of one source: its entry, its events, its refusals, its samples, and its controls.

What the page shows is read by `ingestion.cli.sources`. Editing belongs to `catalog_edit`.
"""
