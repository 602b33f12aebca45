"""Read every row of the table, whatever its entity. Only an operator's check may scan."""

from collections.abc import Iterator
from typing import Any

from ingestion.store.reader import TableReader, entity_document
from ingestion.store.table import ENTITY_NAME_INDEX


def all_rows(reader: TableReader) -> Iterator[dict[str, Any]]:
    """Yield every entity that is not deleted, as readers get it. Raises boto3's errors."""
    pages = reader.dynamodb.get_paginator("scan").paginate(
        TableName=reader.table_name, IndexName=ENTITY_NAME_INDEX
    )
    for page in pages:
        yield from map(entity_document, page["Items"])
