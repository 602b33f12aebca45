"""The conditional puts of the workers, as the table answered them."""

import json
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from ingestion.store.attributes import from_item
from ingestion.store.table import ENTITY_NAME, EVENT, ID

Fields = dict[str, Any] | None  # The fields of an entity. None: the entity is deleted.


class Result(StrEnum):
    """The table's answer to a put."""

    WRITTEN = "written"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Version(NamedTuple):
    """The order of an entity's events: a larger version is newer. No revision is the smallest."""

    time: str
    id: str
    source: str
    revision: str = ""

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> "Version":
        """Return the version of an event, or of the cause that an item or a change names."""
        return cls(event["time"], event["id"], event["source"], event.get("revision") or "")

    @property
    def origin(self) -> tuple[str, str, str]:
        """Return the part that an edit keeps."""
        return self[:3]


class State(NamedTuple):
    """What the table holds about an entity: the fields, and the version of their event."""

    version: Version
    fields: Fields

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "State":
        """Return the state in an item of DynamoDB."""
        content = from_item(item)
        fields = {n: v for n, v in content.items() if n[0] != "_" and n not in (ID, ENTITY_NAME)}
        return cls(Version.of(content[EVENT]), fields if ENTITY_NAME in content else None)


class Put(NamedTuple):
    """One conditional put as the table answered. `held` is the state that made it refuse."""

    at: float
    key: str
    version: Version
    fields: Fields
    result: Result
    held: State | None = None

    @property
    def is_older(self) -> bool:
        """Return whether the table refused the put because it holds a newer version."""
        return self.held is not None and self.held.version > self.version

    @property
    def reuses_an_id(self) -> bool:
        """Return whether the table holds other fields under the put's own version."""
        held = self.held
        return held is not None and held.version == self.version and held.fields != self.fields


def put_of(item: Mapping[str, Any], status: int, answer: str) -> Put:
    """Return the put of an item that the table answered with this HTTP status and text."""
    key, (version, fields) = item[ID]["S"], State.of(item)
    if status == 200:
        return Put(time.time(), key, version, fields, Result.WRITTEN)
    refusal = json.loads(answer or "{}") if status == 400 else {}
    if "ConditionalCheckFailed" in refusal.get("__type", ""):
        held = State.of(refusal["Item"])
        return Put(time.time(), key, version, fields, Result.REFUSED, held)
    return Put(time.time(), key, version, fields, Result.UNKNOWN)
