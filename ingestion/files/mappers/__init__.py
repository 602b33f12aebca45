"""What becomes of a row: its events, by the rules or the columns of its source, or a rejection.

Reading rows from a file belongs to `ingestion.files.rows`.
"""
