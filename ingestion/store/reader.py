"""Read the table: entities by their keys, lists by the index, never by a scan."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

import entities
from ingestion.aws.retry import attempts
from ingestion.errors import TransientFailure
from ingestion.store.attributes import EVENT, from_item, is_internal
from ingestion.store.cause import Cause
from ingestion.store.table import ENTITY_NAME, ENTITY_NAME_INDEX, ID
from ingestion.syntax.times import Timestamp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_KEYS = 100  # DynamoDB: the most of one BatchGetItem.
BATCH_SECONDS = 5  # How long unprocessed keys are requested again.

Json = dict[str, Any]


class Position(NamedTuple):
    """The id that a read has reached; for relations also the direction and the reference.

    Only a read in the order of time has `stored_at`.
    """

    id: str
    direction: str = ""
    entity_name: str = ""
    field: str = ""
    stored_at: Timestamp | None = None


class Step(NamedTuple):
    """The position that a read has reached, and the entity found there, if any."""

    position: Position
    found: Json | None


class Stored(NamedTuple):
    """An entity as readers get it, or None, and the last event of its key.

    A deletion is such an event too. An item that was written by hand may have none.
    """

    entity: Json | None
    cause: Cause | None


class Filter(NamedTuple):
    """Select entities whose last event is from `source`, or was stored since `changed_since`."""

    source: str | None = None
    changed_since: str | None = None


EVERYTHING = Filter()


def table_key(entity_name: str, entity_id: str) -> str:
    """Return the key of an entity in the table."""
    return f"{entity_name}#{entity_id}"


def entity_document(item: Json) -> Json:
    """Return an item as readers get it, with today's names of fields.

    An item written by hand may have no event, or one that is no map: `event` is then None. A
    removed entity has no model.
    """
    fields = from_item(item)
    entity_name, event = fields.pop(ENTITY_NAME), fields.pop(EVENT, None)
    entity_id = fields.pop(ID).partition("#")[2]
    event = event if isinstance(event, dict) else None
    fields = {name: value for name, value in fields.items() if not is_internal(name)}
    if model := entities.models().get(entity_name):
        fields = model.with_new_names(fields)
    return {"entity_name": entity_name, "id": entity_id, "entity": fields, "event": event}


@dataclass(frozen=True)
class TableReader:
    """A table and its client. Methods raise boto3's errors."""

    dynamodb: "DynamoDBClient"
    table_name: str
    batch_seconds: float = BATCH_SECONDS

    def get_entity(self, entity_name: str, entity_id: str) -> Json | None:
        """Return the entity, or None if it does not exist or is deleted."""
        key = {ID: {"S": table_key(entity_name, entity_id)}}
        item = self.dynamodb.get_item(TableName=self.table_name, Key=key).get("Item", {})
        return entity_document(item) if ENTITY_NAME in item else None

    def stored(self, key: str) -> Stored:
        """Return what is stored under a key now, also a deletion."""
        response = self.dynamodb.get_item(
            TableName=self.table_name, Key={ID: {"S": key}}, ConsistentRead=True
        )
        item = response.get("Item", {})
        try:
            cause = Cause.model_validate(from_item(item).get(EVENT))
        except ValidationError:
            cause = None
        return Stored(entity_document(item) if ENTITY_NAME in item else None, cause)

    def all_of(
        self,
        entity_name: str,
        selected: Filter = EVERYTHING,
        after: Position | None = None,
        page_size: int | None = None,
        *,
        is_descending: bool = False,
    ) -> Iterator[Step]:
        """Yield the selected entities of a name, ordered by id."""
        pages = self.query_index(
            (ENTITY_NAME_INDEX, ENTITY_NAME, entity_name),
            entity_name,
            after.id if after else None,
            **_conditions(selected),
            **({"Limit": page_size} if page_size else {}),
            **({"ScanIndexForward": False} if is_descending else {}),
        )
        for page, last in pages:
            for item in page:
                found = entity_document(item)
                yield Step(Position(found["id"]), found)
            if last:
                yield Step(Position(last), None)

    def read_existing(self, keys: Iterable[str], *, is_consistent: bool = False) -> dict[str, Json]:
        """Return the items of those keys that exist and are not deleted.

        A consistent read sees all earlier writes, and costs twice as much. Raises TransientFailure
        if DynamoDB leaves keys unprocessed.
        """
        different = iter(dict.fromkeys(keys))
        found: dict[str, Json] = {}
        while batch := list(islice(different, MAX_KEYS)):
            request = {"Keys": [{ID: {"S": key}} for key in batch], "ConsistentRead": is_consistent}
            wanted: Any = {self.table_name: request}
            for _ in attempts(time.monotonic() + self.batch_seconds):
                response = self.dynamodb.batch_get_item(RequestItems=wanted)
                items = response["Responses"].get(self.table_name, [])
                found |= {item[ID]["S"]: item for item in items if ENTITY_NAME in item}
                wanted = response.get("UnprocessedKeys")
                if not wanted:
                    break
            else:
                raise TransientFailure("UnprocessedKeys")
        return found

    def query_index(
        self, by: tuple[str, str, str], entity_name: str, after: str | None, **options: Any
    ) -> Iterator[tuple[list[Json], str]]:
        """Yield each page of items with the id of its last item, which is empty for the last page.

        `by` is an index, its hash key and the value of that key. Reading starts after the id
        `after`.
        """
        index, attribute, value = by
        prefix = table_key(entity_name, "")
        if after is not None:
            options["ExclusiveStartKey"] = {attribute: {"S": value}, ID: {"S": prefix + after}}
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table_name,
            IndexName=index,
            **_key_conditions(attribute, value, prefix, options),
        )
        for page in pages:
            last: Json = page.get("LastEvaluatedKey", {ID: {"S": ""}})
            yield page["Items"], last[ID]["S"].removeprefix(prefix)

    def scan(self, after: str | None = None) -> Iterator[tuple[list[Json], str | None]]:
        """Yield each page of items with the key of its last row, which is None for the last page.

        The read is consistent, starts after the key `after`, and leaves deleted entities out. It
        costs as much as the table is large: only an operator starts it.
        """
        start: Json = {"ExclusiveStartKey": {ID: {"S": after}}} if after else {}
        pages = self.dynamodb.get_paginator("scan").paginate(
            TableName=self.table_name, ConsistentRead=True, **start
        )
        for page in pages:
            last: Json = page.get("LastEvaluatedKey", {})
            yield [item for item in page["Items"] if ENTITY_NAME in item], last.get(ID, {}).get("S")


def _key_conditions(attribute: str, value: str, prefix: str, options: Json) -> Json:
    """Return the options of a query with the conditions of its keys.

    Without another expression these are `KeyConditions`: DynamoDB reads the same, and the emulator
    takes an eighth of the time: it interprets an expression for each item of the partition.
    """
    if "ExpressionAttributeNames" not in options:
        equal = {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": value}]}
        begins = {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"S": prefix}]}
        return options | {"KeyConditions": {attribute: equal, ID: begins}}
    names = {**options["ExpressionAttributeNames"], "#hash": attribute, "#range": ID}
    keys = {":hash": {"S": value}, ":prefix": {"S": prefix}}
    return options | {
        "KeyConditionExpression": "#hash = :hash AND begins_with(#range, :prefix)",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": options.get("ExpressionAttributeValues", {}) | keys,
    }


def _conditions(selected: Filter) -> Json:
    """Return the filter in DynamoDB's terms."""
    tests = {"source": ("=", selected.source), "stored_at": (">=", selected.changed_since)}
    used = {name: test for name, test in tests.items() if test[1] is not None}
    if not used:
        return {}
    parts = [f"#event.#{name} {comparison} :{name}" for name, (comparison, _) in used.items()]
    return {
        "FilterExpression": " AND ".join(parts),
        "ExpressionAttributeNames": {"#event": EVENT} | {f"#{name}": name for name in used},
        "ExpressionAttributeValues": {f":{name}": {"S": text} for name, (_, text) in used.items()},
    }
