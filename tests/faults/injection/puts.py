"""The conditional puts of the workers, as the table answered them."""

import json
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from ingestion.store.attributes import EVENT, from_item
from ingestion.store.table import ENTITY_NAME, ID, is_field

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
    """What the table holds about an entity: the fields, and the version of their event.

    `replaces` is the version that a conditional correction named.
    """

    version: Version
    fields: Fields
    replaces: Version | None = None

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "State":
        """Return the state in an item of DynamoDB."""
        content = from_item(item)
        fields = {name: value for name, value in content.items() if is_field(name)}
        event = content[EVENT]
        replaces = Version.of(event["replaces"]) if "replaces" in event else None
        return cls(Version.of(event), fields if ENTITY_NAME in content else None, replaces)


class Put(NamedTuple):
    """One conditional put as the table answered. `held` is the state that made it refuse."""

    at: float
    key: str
    state: State
    result: Result
    held: State | None = None

    @property
    def version(self) -> Version:
        """Return the version of the put's event."""
        return self.state.version

    @property
    def fields(self) -> Fields:
        """Return the fields that the put sets."""
        return self.state.fields

    @property
    def is_older(self) -> bool:
        """Return whether the table refused the put because it holds a newer version."""
        return self.held is not None and self.held.version > self.version

    def wins_over(self, held: State | None) -> bool:
        """Return whether the table must write the put while it holds this state."""
        if self.state.replaces:
            return held is not None and held.version == self.state.replaces
        if held is None:
            return True
        return held.version < self.version and not _includes(held.replaces, self.version)


def _includes(replaced: Version | None, version: Version) -> bool:
    """Return whether a replaced version is this one, or a later revision of the same event."""
    return replaced is not None and replaced.origin == version.origin and replaced >= version


def put_of(item: Mapping[str, Any], status: int, answer: str) -> Put:
    """Return the put of an item that the table answered with this HTTP status and text."""
    at, key, state = time.time(), item[ID]["S"], State.of(item)
    if status == 200:
        return Put(at, key, state, Result.WRITTEN)
    refusal = json.loads(answer or "{}") if status == 400 else {}
    if "ConditionalCheckFailed" in refusal.get("__type", ""):
        held = State.of(refusal["Item"]) if "Item" in refusal else None
        return Put(at, key, state, Result.REFUSED, held)
    return Put(at, key, state, Result.UNKNOWN)
