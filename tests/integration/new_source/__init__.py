"""`ingest source new` drafts a source from a sample payload."""
