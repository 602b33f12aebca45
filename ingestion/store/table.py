"""Write the table: the newest event wins, whatever the order of arrival."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel

from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.errors import FieldError, RejectedRecord, TransientFailure
from ingestion.event import Event, timestamp
from ingestion.store.attributes import to_attribute_value

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

# The names are those of infra/modules/store.
ID = "ID"
ENTITY_NAME = "ENTITY_NAME"
ENTITY_NAME_INDEX = "EntityNameIndex"
EVENT = "_event"
EXPIRES_AT = "_expires_at"


def reference_index(field: str) -> str:
    """Return the index of the entities that hold another entity's id in this field."""
    return f"{field}-index"


# Equal times are decided by id, then source, so that every order of arrival ends alike.
_NEWER = (
    "attribute_not_exists(#event)"
    " OR #event.#time < :time"
    " OR (#event.#time = :time AND #event.#id < :id)"
    " OR (#event.#time = :time AND #event.#id = :id AND #event.#source < :source)"
)
# DynamoDB's own messages are not shown, because some quote a value.
_LIMITS = "must keep to DynamoDB's limits: 400 KB an item, 38 digits a number, 2,048 bytes a key"
_NAMES = {"#event": EVENT, "#time": "time", "#id": "id", "#source": "source"}


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

    def put(self, event: Event, entity: BaseModel, now: datetime) -> Outcome:
        """Write the entity or a delete's tombstone unless the stored event is newer or the same.

        A retry after a lost answer passes the same `now`. Raises RejectedRecord for an item that
        the table can never hold, and TransientFailure for other errors.
        """
        try:
            self.dynamodb.put_item(
                TableName=self.table_name,
                Item=self._item(event, entity, now),
                ConditionExpression=_NEWER,
                ExpressionAttributeNames=_NAMES,
                ExpressionAttributeValues={
                    ":time": {"S": event.time},
                    ":id": {"S": event.id},
                    ":source": {"S": event.source},
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except FAILED_CALL as error:
            return _outcome(event, error, now)
        return Outcome.STORED

    def _item(
        self, event: Event, entity: BaseModel, now: datetime
    ) -> "dict[str, AttributeValueTypeDef]":
        provenance = {
            "id": event.id,
            "source": event.source,
            "time": event.time,
            "received_at": event.receivedat,
            "stored_at": timestamp(now),
        }
        item: dict[str, Any] = {ID: event.key, EVENT: provenance}
        if event.is_delete:
            item[EXPIRES_AT] = int((now + timedelta(days=self.tombstone_days)).timestamp())
        else:
            item |= entity.model_dump(exclude_none=True) | {ENTITY_NAME: event.entity_name}
        return {name: to_attribute_value(value) for name, value in item.items()}


def _outcome(event: Event, error: Exception, now: datetime) -> Outcome:
    match failure_code(error):
        case "ConditionalCheckFailedException":
            stored = cast("Any", error).response["Item"][EVENT]["M"]
            if (stored["id"]["S"], stored["source"]["S"]) != (event.id, event.source):
                return Outcome.SUPERSEDED
            # After a lost answer the call is retried with the same `now`: the first call wrote it.
            is_ours = stored["stored_at"]["S"] == timestamp(now)
            return Outcome.STORED if is_ours else Outcome.DUPLICATE
        case "ValidationException":
            raise RejectedRecord("not_storable", FieldError("data", _LIMITS)) from error
        case code:
            raise TransientFailure(code) from error
