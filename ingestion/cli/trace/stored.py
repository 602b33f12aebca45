"""Which version of an entity the table holds, and whether an event set it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ingestion.cli.environment import Deployment
from ingestion.cli.output import console
from ingestion.cli.terminal.confirmation import confirm
from ingestion.store.cause import Cause
from ingestion.store.reader import Stored
from ingestion.store.scan import keys_of_event

State = Literal["current", "deleted", "corrected", "other_version", "other_deletion", "not_stored"]

_SENTENCES: dict[State, str] = {
    "current": "stored: the event is the current version of {key}, {version}",
    "deleted": "stored: the event deleted {key}, and its tombstone is the current version,"
    " {version}",
    "corrected": "was stored: a correction replaced it as the version of {key}, {version}",
    "other_version": "{key} is stored from another event, {version}. If the event was processed,"
    " this version superseded it or replaced it later. If both have one time, the larger id stays",
    "other_deletion": "{key} is deleted by another event, {version}. If the event was processed,"
    " this deletion superseded it or came later. If both have one time, the larger id stays",
    "not_stored": "{key} is not stored: neither a version nor a tombstone, which expires",
}


@dataclass(frozen=True)
class StoredVersion:
    """The state of the entity with this key, as seen from an event."""

    key: str
    state: State
    cause: Cause | None

    @property
    def is_of_event(self) -> bool:
        """Return whether the event itself set the current version or the one before."""
        return self.state in ("current", "deleted", "corrected")

    @property
    def shown(self) -> str:
        """Return the state in a sentence."""
        cause = self.cause
        version = (
            f"id {cause.id} of {cause.source}, time {cause.time}, stored {cause.stored_at}"
            if cause
            else "which no event describes"
        )
        return _SENTENCES[self.state].format(key=self.key.replace("#", " ", 1), version=version)

    @property
    def fields(self) -> dict[str, Any]:
        """Return the state for a program."""
        event = self.cause.model_dump() if self.cause else None
        return {"key": self.key, "state": self.state, "event": event}


def stored_version(
    deployment: Deployment, event_id: str, source: str | None, key: str
) -> StoredVersion:
    """Read the entity with this key, and compare it with the event."""
    found = deployment.reader().stored(key)
    return StoredVersion(key, _state(found, event_id, source), found.cause)


def scanned_versions(
    deployment: Deployment, event_id: str, source: str | None, *, yes: bool
) -> Iterator[StoredVersion]:
    """Yield the versions that the event set, from the whole table. Ask before it is read."""
    table = deployment.client("dynamodb").describe_table(TableName=deployment.table_name)["Table"]
    megabytes = table["TableSizeBytes"] / 1_000_000
    console.print(
        f"--scan reads the whole table: about {table['ItemCount']:,} items ({megabytes:,.1f} MB)."
        " DynamoDB counts them about every six hours, so there may be more."
    )
    confirm("Read them all?", yes=yes)
    with console.status("Reading the table …"):
        keys = list(keys_of_event(deployment.reader(), event_id))
    for key in keys:
        found = stored_version(deployment, event_id, source, key)
        if found.is_of_event:  # Of this source, and still.
            yield found


def _state(found: Stored, event_id: str, source: str | None) -> State:
    cause = found.cause
    if cause is None:
        return "other_version" if found.entity else "not_stored"
    if cause.id == event_id and source in (None, cause.source):
        return "current" if found.entity else "deleted"
    before = cause.replaces
    if before and before.id == event_id and source in (None, before.source):
        return "corrected"
    return "other_version" if found.entity else "other_deletion"
