"""Contracts that were stored at chosen times, by this version or by an older one."""

from datetime import datetime, timedelta
from typing import Any

from ingestion.store.reader import TableReader
from ingestion.store.reindex import reindex
from ingestion.store.table import ID, Outcome
from ingestion.store.time_index_keys import REINDEXED, SHARD, STORED_AT
from ingestion.syntax.times import timestamp
from tests.integration.cloud import Cloud
from tests.integration.queries.reading import walk
from tests.support.factories import NOON, Json, contract, delete_event, event

START = datetime.fromisoformat(NOON)


def at(second: int) -> str:
    """Return the time so many seconds after the start, as text."""
    return timestamp(START + timedelta(seconds=second))


def store_at(cloud: Cloud, second: int, *ids: str, deleted: bool = False, **changes: Any) -> None:
    """Store events of contracts as a worker whose clock shows this second."""
    for contract_id in ids:
        fields = {"id": f"{contract_id}-{second}", "time": at(second)} | changes
        upserted = event(contract(contract_id), **fields)
        sent = delete_event(contract_id, **fields) if deleted else upserted
        runtime = cloud.worker_runtime
        entity = runtime.catalog.entity_of(sent)
        now = START + timedelta(seconds=second)
        assert runtime.store.put_entity(sent, entity, now) is Outcome.STORED


def make_old(cloud: Cloud, *ids: str) -> None:
    """Make the rows of these contracts those of an older version, which knew no index by time."""
    for contract_id in ids:
        cloud.dynamodb.update_item(
            TableName=cloud.table_name,
            Key={ID: {"S": f"CONTRACT#{contract_id}"}},
            UpdateExpression="REMOVE #shard, #stored_at",
            ExpressionAttributeNames={"#shard": SHARD, "#stored_at": STORED_AT},
        )


def index_all(cloud: Cloud) -> None:
    """Let all rows be in the index."""
    assert list(reindex(TableReader(cloud.dynamodb, cloud.table_name)))


def forget_index(cloud: Cloud) -> None:
    """Remove the mark that all rows are in the index."""
    cloud.dynamodb.delete_item(TableName=cloud.table_name, Key={ID: {"S": REINDEXED}})
    cloud.rebuild()


def changed(cloud: Cloud, second: int, **parameters: Any) -> list[str]:
    """Return the ids of the contracts since this second, from all pages."""
    pages = walk(cloud, "CONTRACT", changed_since=at(second), **parameters)
    return [item["id"] for page in pages for item in page["items"]]


def first_page(cloud: Cloud, second: int, limit: int, **parameters: Any) -> tuple[list[str], Json]:
    """Return the ids of the first page, and the parameters of the next one."""
    query: Json = {"changed_since": at(second), **parameters}
    page = cloud.read("CONTRACT", query=query | {"limit": limit}).document
    return [item["id"] for item in page["items"]], query | {"cursor": page["next_cursor"]}


def rest(cloud: Cloud, parameters: Json) -> list[str]:
    """Return the ids of the page that a cursor names."""
    response = cloud.read("CONTRACT", query=parameters)
    assert response.status == 200, response.text
    return [item["id"] for item in response.document["items"]]
