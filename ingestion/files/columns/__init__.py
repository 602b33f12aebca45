"""Which columns a source's rows have, and which fields they fill.

Reading rows from a file belongs to `ingestion.files.rows`.
"""
