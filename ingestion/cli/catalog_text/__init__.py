"""The text of config/sources.yaml: cuts one entry out of it, and replaces the file as a whole.

What the text means belongs to `catalog_file`. Drafting a new entry belongs to `sources.new`.
"""
