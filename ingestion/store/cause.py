"""The last event of an entity, as the table stores it."""

from datetime import datetime

from ingestion.event import Replaced, Version
from ingestion.timestamps import Timestamp


class Cause(Version):
    """The event that set an entity's state; `replaces` is the version that it named, if any."""

    received_at: Timestamp
    stored_at: Timestamp
    replaces: Replaced = None

    @property
    def stored(self) -> datetime:
        """Return when the table stored it."""
        return datetime.fromisoformat(self.stored_at)

    @property
    def version(self) -> Version:
        """Return what identifies this state of the entity."""
        return Version(time=self.time, id=self.id, source=self.source, revision=self.revision)
