"""Says in words what pydantic finds wrong in a catalog, and where.

Reading the file belongs to `catalog_file`. What rules may hold belongs to `ingestion.mapping`.
"""
