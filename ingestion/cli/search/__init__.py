"""The commands that search entities by their words, and that build the index again.

The index itself belongs to `ingestion.search`.
"""
