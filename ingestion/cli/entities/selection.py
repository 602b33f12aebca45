"""Which stored entities a command reads, and what it prints if there are none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ingestion.cli.entities.stored_entity import reader_of
from ingestion.cli.environment import Deployment
from ingestion.cli.login.api_access import ApiAccess
from ingestion.cli.options import parse_moment
from ingestion.cli.output import console, exit_with_error, print_none, require_known
from ingestion.cli.start.completion import complete_entity, complete_source
from ingestion.syntax.times import timestamp

if TYPE_CHECKING:
    from ingestion.cli.client.api_reader import ApiReader
    from ingestion.store.reader import Position, Step, TableReader
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

# `changed` is the time at which the last event was stored. A minus reverses the order.
Order = Literal["id", "-id", "changed", "-changed"]
Sort = Annotated[
    Order | None,
    typer.Option(
        help="By id, or by when the last event was stored; -id and -changed reverse the order"
        " (default: id, or changed with --changed-since)."
    ),
]


def require_source(deployment: Deployment, source: str) -> None:
    """End the command if the environment has no source of this name."""
    require_known(deployment.environment, "source", source, deployment.queue_urls)


@dataclass(frozen=True)
class Selection:
    """All entities of a name, or those whose last event is of a source or since a time.

    Without `sort`, they are ordered by id, or by time if there is one.
    """

    deployment: Deployment | ApiAccess
    entity: str
    source: str | None
    since: datetime | None
    sort: Order | None = None

    def read_entities(self, *, show_personal: bool) -> Iterator[Json]:
        """Return the entities in their order.

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
        """Yield the entities in their order.

        Only a reader of the table can continue after a position. `page_size` limits what is read
        ahead (default: read all). The command ends if the order needs an index that lacks rows.
        """
        from ingestion.store.reader import Filter

        selected = Filter(self.source, timestamp(self.since) if self.since else None)
        is_descending = (self.sort or "").startswith("-")
        if self._time_index and self.sort is None:
            return self._time_index.changed_entities(self.entity, selected, after, page_size)
        if self._time_index:
            return self._complete_index().indexed_entities(
                self.entity, selected, after, page_size, is_descending=is_descending
            )
        # A page of a filtered read may hold few of the selected entities, or none.
        size = None if self.source or self.since else page_size
        return self._reader().all_of(
            self.entity, selected, after, size, is_descending=is_descending
        )

    def _reader(self) -> "TableReader | ApiReader":
        """Return what reads by id. The command ends if it cannot sort."""
        if self.sort and isinstance(self.deployment, ApiAccess):
            exit_with_error("the read API has one order: leave out --sort, or log in to AWS")
        return reader_of(self.deployment)

    def _complete_index(self) -> "TimeIndex":
        """Return the index by time. The command ends if it lacks rows."""
        index = self._time_index
        if index is None or not index.is_complete():
            command = self.deployment.command(*REINDEX)
            exit_with_error(f"rows are missing in the order of time: run `{command}` once")
        return index

    @property
    def advice(self) -> str:
        """Return how to read only what changed, if this reads all entities; else nothing."""
        if self.sort or self._time_index is None or self._time_index.is_complete():
            return ""
        return f"This reads all {self.entity}. To read only what changed, run once:"

    @cached_property
    def _time_index(self) -> "TimeIndex | None":
        """The index by time, if it is read. The API reads it itself."""
        from ingestion.store.time_index import TimeIndex

        is_by_time = self.since is not None if self.sort is None else "changed" in self.sort
        if not is_by_time or not isinstance(self.deployment, Deployment):
            return None
        return TimeIndex(self.deployment.reader())

    def print_none(self) -> None:
        """Print that there are no such entities."""
        print_none(self.entity, {"--source": self.source, "--changed-since": self.since})
