"""Write the table: the newest event wins, in any order of arrival."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel

from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.errors import FieldError, RejectedRecord, TransientFailure
from ingestion.event import Event
from ingestion.store.attributes import EVENT, is_internal, to_attribute_value, to_values
from ingestion.store.conditions import condition
from ingestion.store.time_index_keys import time_attributes
from ingestion.syntax.times import timestamp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]  # The attributes in DynamoDB's types.

# The names are those of infra/modules/store.
ID = "ID"
ENTITY_NAME = "ENTITY_NAME"
ENTITY_NAME_INDEX = "EntityNameIndex"
EXPIRES_AT = "_expires_at"


def is_field(name: str) -> bool:
    """Return whether an attribute of an item is a field of its entity."""
    return name not in (ID, ENTITY_NAME) and not is_internal(name)


def reference_index(field: str) -> str:
    """Return the index of the entities that hold another entity's id in this field."""
    return f"{field}-index"


# DynamoDB's own messages are not shown, because some quote a value.
_LIMITS = "must keep to DynamoDB's limits: 400 KB an item, 38 digits a number, 2,048 bytes a key"
_NOT_STORED = "is not the stored version any more: read the entity, and repeat the correction"
_REUSED = "is stored with the same time and other data: give each event its own id"


class Outcome(StrEnum):
    """The outcome of an event that reached the table, named as the metric that counts it."""

    STORED = "EventStored"
    SUPERSEDED = "EventSuperseded"
    DUPLICATE = "EventDuplicated"


@dataclass(frozen=True)
class Store:
    """Writes to the table. A tombstone rejects older events for `tombstone_days`."""

    dynamodb: "DynamoDBClient"
    table_name: str
    tombstone_days: int

    def put_entity(self, event: Event, entity: BaseModel, now: datetime) -> Outcome:
        """Write the entity, or a delete's tombstone, if the event is newer than the stored one.

        An event with `replaces` is written if exactly that version is stored. If changed rules made
        the stored event again, the later receipt wins, and is its revision. A later revision with
        unchanged data is written too, so that an older revision that arrives later cannot win; it
        counts as a duplicate. A retry after a lost response passes the same `now`. Raises
        RejectedRecord for an item that the table can never hold, whose id was used for other data,
        or whose `replaces` is not stored. Raises TransientFailure for other errors.
        """
        item = self._item(event, entity, now)
        try:
            response = self.dynamodb.put_item(
                TableName=self.table_name,
                Item=item,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **condition(event),
            )
        except FAILED_CALL as error:
            stored = _stored_instead(error)
            if _is_made_again(event, item, stored):
                made_again = event.model_copy(update={"revision": event.receivedat})
                return self.put_entity(made_again, entity, now)
            return _outcome_of_not_newer(event, item, stored)
        replaced = response.get("Attributes")
        is_repeat = replaced and _origin(replaced) == _origin(item)
        if is_repeat and _has_same_data(event, item, replaced):
            return Outcome.DUPLICATE
        return Outcome.STORED

    def _item(self, event: Event, entity: BaseModel, now: datetime) -> Item:
        provenance: dict[str, Any] = {
            "id": event.id,
            "source": event.source,
            "time": event.time,
            "received_at": event.receivedat,
            "stored_at": timestamp(now),
        }
        if event.revision:
            provenance["revision"] = event.revision
        if event.mapping:
            provenance["mapping"] = event.mapping
        if event.replaces:
            provenance["replaces"] = event.replaces.model_dump()
        item: dict[str, Any] = {ID: event.key, EVENT: provenance}
        if event.is_delete:
            item[EXPIRES_AT] = int((now + timedelta(days=self.tombstone_days)).timestamp())
        else:
            item |= entity.model_dump(exclude_none=True) | {ENTITY_NAME: event.entity_name}
            item |= time_attributes(event.entity_name, event.key, provenance["stored_at"])
        return {name: to_attribute_value(value) for name, value in item.items()}


def _stored_instead(error: Exception) -> Item:
    """Return the stored item that failed the condition. Raises what another failure means."""
    match failure_code(error):
        case "ConditionalCheckFailedException":
            return cast("Item", cast("Any", error).response.get("Item", {}))
        case "ValidationException":
            raise RejectedRecord("not_storable", FieldError("data", _LIMITS)) from error
        case code:
            raise TransientFailure(code) from error


def _is_made_again(event: Event, item: Item, stored: Item) -> bool:
    """Return whether the event is the stored one, made by other rules from a later receipt."""
    return (
        not event.revision
        and _origin(item) == _origin(stored)
        and _is_of_other_rules(item, stored)
        and _provenance(item, "received_at")["S"] > _provenance(stored, "received_at")["S"]
    )


def _is_of_other_rules(item: Item, stored: Item) -> bool:
    """Return whether both are of rules, and differ in the rules and in the time of receipt."""
    pairs = [[_provenance(side, n) for n in ("mapping", "received_at")] for side in (item, stored)]
    return all(map(all, pairs)) and all(given != known for given, known in zip(*pairs, strict=True))


def _outcome_of_not_newer(event: Event, item: Item, stored: Item) -> Outcome:
    """Return the outcome of an event whose condition failed."""
    if _provenance(stored, "replaces") == _version(item):
        return Outcome.DUPLICATE
    if _origin(item) != _origin(stored):
        if event.replaces:
            raise RejectedRecord("precondition_failed", FieldError("replaces", _NOT_STORED))
        return Outcome.SUPERSEDED
    if not _has_same_data(event, item, stored):
        given, known = _given_revision(item), _given_revision(stored)
        if given == known and (given or not _is_of_other_rules(item, stored)):
            raise RejectedRecord("id_reused", FieldError("id", _REUSED))
        return Outcome.SUPERSEDED
    # A retry after a lost response has the same `now`: the first call wrote the item.
    is_ours = _provenance(item, "stored_at") == _provenance(stored, "stored_at")
    return Outcome.STORED if is_ours else Outcome.DUPLICATE


def _given_revision(item: Item) -> Any:
    """Return the revision with which the event arrived: `put_entity` sets the time of receipt."""
    revision = _provenance(item, "revision")
    return None if revision == _provenance(item, "received_at") else revision


def _origin(item: Item) -> list[Any]:
    """Return the time, id and source, which a later revision of the event shares."""
    return [_provenance(item, name) for name in ("time", "id", "source")]


def _version(item: Item) -> Any:
    """Return the version as `replaces` of a later event holds it."""
    names = ("time", "id", "source", "revision")
    return {"M": {name: found for name in names if (found := _provenance(item, name))}}


def _provenance(item: Item, name: str) -> Any:
    return item.get(EVENT, {}).get("M", {}).get(name)


def _has_same_data(event: Event, item: Item, stored: Item) -> bool:
    """Return whether a stored item has the same entity data as the event's item.

    Fields that have a value only by default do not count: the default may be newer than the row.
    """
    ignored = item.keys() - event.data.keys() - {ID, ENTITY_NAME}
    given, known = (
        {n: side[n] for n in side.keys() - ignored if not is_internal(n)} for side in (item, stored)
    )
    return to_values(given) == to_values(known)
