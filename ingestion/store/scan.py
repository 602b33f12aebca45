"""Read every row of the table, whatever its entity. Only an operator's command may scan."""

from collections.abc import Iterator
from typing import Any

from ingestion.store.attributes import EVENT
from ingestion.store.reader import TableReader, entity_document
from ingestion.store.table import ENTITY_NAME_INDEX, ID


def all_rows(reader: TableReader) -> Iterator[dict[str, Any]]:
    """Yield every entity that is not deleted, as readers get it. Raises boto3's errors."""
    pages = reader.dynamodb.get_paginator("scan").paginate(
        TableName=reader.table_name, IndexName=ENTITY_NAME_INDEX
    )
    for page in pages:
        yield from map(entity_document, page["Items"])


def keys_of_event(reader: TableReader, event_id: str) -> Iterator[str]:
    """Yield the key of each item, also of a deletion, whose version or the one before has this id.

    Only a correction keeps the version before. Raises boto3's errors.
    """
    pages = reader.dynamodb.get_paginator("scan").paginate(
        TableName=reader.table_name,
        FilterExpression="#event.#id = :id OR #event.#replaces.#id = :id",
        ProjectionExpression="#key",
        ExpressionAttributeNames={"#event": EVENT, "#id": "id", "#replaces": "replaces"}
        | {"#key": ID},
        ExpressionAttributeValues={":id": {"S": event_id}},
    )
    for page in pages:
        yield from (item[ID]["S"] for item in page["Items"])
