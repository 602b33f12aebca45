"""`ingest source check`: reads what is known about one source, and says what must be fixed.

It only reads, and reuses what `status`, `logs`, `map` and `secrets` read.
"""
