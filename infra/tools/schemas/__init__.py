"""The records of the entities' schemas: made from the models, kept in config/, compared.

What an apply deletes is checked in `deploy`. Rows in a table are checked by `ingest check`.
"""
