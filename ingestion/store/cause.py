"""The last event of an entity, as the table stores it."""

from datetime import datetime

from ingestion.event import Event, Replaced, RulesVersion, Version
from ingestion.syntax.times import Timestamp


class Cause(Version):
    """The event that set an entity's state; `replaces` is the version that the event named.

    `mapping` is the version of the rules that made the event.
    """

    received_at: Timestamp
    stored_at: Timestamp
    mapping: RulesVersion = None
    replaces: Replaced = None

    @property
    def stored_datetime(self) -> datetime:
        """Return when the event was stored."""
        return datetime.fromisoformat(self.stored_at)

    def repeats(self, event: Event) -> bool:
        """Return whether this is the event, which its sender may send again at another time."""
        return (self.id, self.source) == (event.id, event.source)

    def supersedes(self, event: Event) -> bool:
        """Return whether the table rejects the event, as the conditions of its writes do."""
        given, replaced = event.version, self.replaces
        if replaced and replaced.origin == given.origin and replaced.order >= given.order:
            return True
        return self.order > given.order

    @property
    def version(self) -> Version:
        """Return what identifies this state of the entity."""
        return Version(time=self.time, id=self.id, source=self.source, revision=self.revision)
