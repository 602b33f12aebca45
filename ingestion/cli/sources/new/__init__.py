"""The command `ingest source new`: drafts a source from a sample payload.

It writes the entry of the catalog, the sample with what it makes, and an entity if there is none.
"""
