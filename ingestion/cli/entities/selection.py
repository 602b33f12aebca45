"""Which stored entities a command reads, and what it prints if there are none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
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
    from ingestion.store.reader import Step

Json = dict[str, Any]

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

        found: Iterator[Json] = (step.found for step in self._steps() if step.found)
        deployment, source = self.deployment, self.source
        if source and isinstance(deployment, Deployment) and source not in deployment.queue_urls:
            first = next(found, None)
            if first is None:
                require_source(deployment, source)
            found = chain(filter(None, [first]), found)
        return found if show_personal else map(redact_output.stored_data, found)

    def _steps(self) -> Iterator["Step"]:
        from ingestion.cli.client.api_reader import ApiReader
        from ingestion.store.reader import Filter
        from ingestion.store.time_index import TimeIndex

        reader = reader_of(self.deployment)
        if self.since is None:
            return reader.all_of(self.entity, Filter(self.source))
        selected = Filter(self.source, timestamp(self.since))
        if isinstance(reader, ApiReader) or not isinstance(self.deployment, Deployment):
            return reader.all_of(self.entity, selected)
        index = TimeIndex(reader)
        if not index.is_complete():
            console.print(f"This reads all {self.entity}. To read only what changed, run once:")
            console.print(self.deployment.command("entities", "reindex"))
        return index.changed_entities(self.entity, selected)

    def print_none(self) -> None:
        """Print that there are no such entities."""
        print_none(self.entity, {"--source": self.source, "--changed-since": self.since})
