FORMAT_BY_SUFFIX = {".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".form": "form", ".xml": "xml", ".csv": "csv", ".tsv": "tsv"}
