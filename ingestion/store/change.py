"""Changes of entities in the table, as the change feed publishes them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingestion.errors import FieldError, RejectedRecord
from ingestion.event import Message
from ingestion.store.attributes import EVENT, from_item, is_internal
from ingestion.store.cause import Cause
from ingestion.store.table import ENTITY_NAME, ID, is_field

Kind = Literal["created", "updated", "deleted"]
Side = Literal["before", "after"]
Fields = dict[str, Any]

KINDS: tuple[Kind, ...] = get_args(Kind)
# By whether the entity was there before and is there after.
_KINDS: dict[tuple[bool, bool], Kind] = {
    (False, True): "created",
    (True, True): "updated",
    (True, False): "deleted",
}
_ORIGIN = ("time", "id", "source")  # What an event keeps if it is made again.
UNSOUND = "record_unsound"  # The error of the function if a record can never be a change.
MAX_CHANGE_BYTES = 255 * 1024  # SNS accepts 256 KB with the attributes.


class ChangeData(BaseModel):
    """The entity `before` and `after`, which of its fields differ, and the causing event.

    A side that would make the message too large is null and named in `left_out`.
    """

    model_config = ConfigDict(frozen=True, strict=True, hide_input_in_errors=True)

    before: Fields | None
    after: Fields | None
    changed: list[str]
    cause: Cause
    left_out: list[Side] = []


class Change(Message):
    """One change of one entity; `source`, `time` and `receivedat` are those of its cause."""

    type: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.(created|updated|deleted)$")]
    data: ChangeData

    @property
    def kind(self) -> str:
        """Return whether the entity was created, updated or deleted."""
        return self.type.rpartition(".")[2]

    @property
    def attributes(self) -> dict[str, str]:
        """Return the attributes that subscribers filter by."""
        return super().attributes | {"kind": self.kind}


def change_of(record: Mapping[str, Any]) -> Change | None:
    """Return the change in a record of the table's stream, or None if no entity changed.

    An item is an entity if it has an entity name. A tombstone has none, so a tombstone that is
    created, replaced or expired changes no entity. An event that was made again with the same data,
    or an entity that is put into an index, changes none either. Raises RejectedRecord for a record
    that can never be a change.
    """
    try:
        images = record["dynamodb"]
        old, new = (from_item(images.get(image, {})) for image in ("OldImage", "NewImage"))
        kind = _KINDS.get((ENTITY_NAME in old, ENTITY_NAME in new))
        if kind is None or _is_repeat(old, new) or _content(old) == _content(new):
            return None
        return _within_limit(_change(record["eventID"], kind, old, new))
    except ValidationError as error:
        raise RejectedRecord.from_validation("invalid_item", error) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        fault = FieldError("", f"not an item of this table: {type(error).__name__}")
        raise RejectedRecord("invalid_item", fault) from error


def _change(event_id: str, kind: Kind, old: Fields, new: Fields) -> Change:
    before, after = _entity(old), _entity(new)
    names = {*(before or {}), *(after or {})}
    changed = sorted(name for name in names if old.get(name) != new.get(name))
    last = new or old  # An item that was removed without a tombstone keeps its last cause.
    cause = Cause.model_validate(last[EVENT])
    name, _, subject = last[ID].partition("#")
    if not subject or name != (old if kind == "deleted" else new)[ENTITY_NAME]:
        raise ValueError(ID)
    return Change(
        id=event_id,
        source=cause.source,
        type=f"{name.lower()}.{kind}",
        subject=subject,
        time=cause.time,
        receivedat=cause.received_at,
        data=ChangeData(before=before, after=after, changed=changed, cause=cause),
    )


def _is_repeat(old: Fields, new: Fields) -> bool:
    """Return whether the new item only has another revision of the same event."""
    before, after = old.get(EVENT, {}), new.get(EVENT, {})
    return (
        before.get("revision") != after.get("revision")
        and all(before.get(name) == after.get(name) for name in _ORIGIN)
        and _entity(old) == _entity(new)
    )


def _content(item: Fields) -> Fields:
    """Return the item without the platform's own attributes, except the event."""
    return {name: v for name, v in item.items() if name == EVENT or not is_internal(name)}


def _entity(item: Fields) -> Fields | None:
    """Return the entity's own fields, or None for a tombstone."""
    if ENTITY_NAME not in item:
        return None
    return {name: v for name, v in item.items() if is_field(name)}


def _within_limit(change: Change) -> Change:
    """Leave out `before`, and then `after`, until the change is small enough."""
    for side in get_args(Side):
        is_too_large = len(change.json_bytes) > MAX_CHANGE_BYTES
        if is_too_large and getattr(change.data, side) is not None:
            left_out = {side: None, "left_out": [*change.data.left_out, side]}
            data = change.data.model_dump() | left_out
            change = Change.model_validate(change.model_dump() | {"data": data})
    return change
