"""Which stored entities a command reads, and what it prints if there are none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingestion.cli.entities.stored_entity import reader_of
from ingestion.cli.environment import Deployment
from ingestion.cli.login.api_access import ApiAccess
from ingestion.cli.options import parse_moment
from ingestion.cli.output import console, print_none, require_known
from ingestion.cli.start.completion import complete_entity, complete_source
from ingestion.syntax.times import timestamp

if TYPE_CHECKING:
    from ingestion.store.reader import Position, Step
    from ingestion.store.time_index import TimeIndex

Json = dict[str, Any]
REINDEX = ("entities", "reindex")

StoredName = Annotated[
    str,
    typer.Argument(
        metavar="ENTITY",
        autocompletion=complete_entity,
        help="Such as EQUIPMENT; a removed entity too.",
    ),
]
SourceFilter = Annotated[
    str | None,
    typer.Option(
        help="Only entities whose last event is from this source.", autocompletion=complete_source
    ),
]
ChangedSince = Annotated[
    datetime | None,
    typer.Option(
        "--changed-since",
        parser=parse_moment,
        help="Only entities that changed since 30m, 2h, 7d or 2026-01-31T12:00:00Z.",
    ),
]


def require_source(deployment: Deployment, source: str) -> None:
    """End the command if the environment has no source of this name."""
    require_known(deployment.environment, "source", source, deployment.queue_urls)


@dataclass(frozen=True)
class Selection:
    """All entities of a name, or those whose last event is of a source or since a time."""

    deployment: Deployment | ApiAccess
    entity: str
    source: str | None
    since: datetime | None

    def read_entities(self, *, show_personal: bool) -> Iterator[Json]:
        """Return the entities by id, or by time if there is one.

        The command ends if the source is unknown and has no entities. A removed source may have.
        """
        from ingestion.cli import redact_output

        if self.advice:
            console.print(self.advice)
            console.print(self.deployment.command(*REINDEX))
        found: Iterator[Json] = (step.found for step in self.steps() if step.found)
        deployment, source = self.deployment, self.source
        if source and isinstance(deployment, Deployment) and source not in deployment.queue_urls:
            first = next(found, None)
            if first is None:
                require_source(deployment, source)
            found = chain(filter(None, [first]), found)
        return found if show_personal else map(redact_output.stored_data, found)

    def steps(
        self, after: "Position | None" = None, page_size: int | None = None
    ) -> Iterator["Step"]:
        """Yield the entities by id, or by time if there is one.

        Only a reader of the table can continue after a position. `page_size` limits what is read
        ahead (default: read all).
        """
        from ingestion.store.reader import Filter

        selected = Filter(self.source, timestamp(self.since) if self.since else None)
        if self._time_index:
            return self._time_index.changed_entities(self.entity, selected, after, page_size)
        # A page of a filtered read may hold few of the selected entities, or none.
        size = None if self.source else page_size
        return reader_of(self.deployment).all_of(self.entity, selected, after, size)

    @property
    def advice(self) -> str:
        """Return how to read only what changed, if this reads all entities; else nothing."""
        if self._time_index is None or self._time_index.is_complete():
            return ""
        return f"This reads all {self.entity}. To read only what changed, run once:"

    @cached_property
    def _time_index(self) -> "TimeIndex | None":
        """The index by time, if it is read. The API reads it itself."""
        from ingestion.store.time_index import TimeIndex

        if self.since is None or not isinstance(self.deployment, Deployment):
            return None
        return TimeIndex(self.deployment.reader())

    def print_none(self) -> None:
        """Print that there are no such entities."""
        print_none(self.entity, {"--source": self.source, "--changed-since": self.since})
