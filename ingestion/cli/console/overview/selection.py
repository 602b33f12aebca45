"""Which parts the overview shows, and in which order, as its URL says."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from starlette.requests import Request

from ingestion.cli.console.parameters import choice
from ingestion.cli.console.urls import url_of
from ingestion.cli.status.reader import Snapshot
from ingestion.cli.status.status import Status

SHOWN, DEFAULT_SORT = ("all", "attention"), "name"
_NEVER = datetime.min.replace(tzinfo=UTC)
_Key = Callable[[Status, Snapshot], Any]
# The largest first; a silent source before the others.
SORTS: Mapping[str, _Key | None] = {
    DEFAULT_SORT: None,
    "accepted": lambda status, snapshot: -sum(snapshot.trends[status.name].accepted),
    "stored": lambda status, snapshot: -sum(snapshot.trends[status.name].stored),
    "dead-letters": lambda status, _: -(status.dead_letters or 0),
    "lag": lambda status, _: -(status.lag_seconds or 0),
    "waiting": lambda status, _: -status.waiting,
    "last-event": lambda status, _: status.last_event_at or _NEVER,
}


class OverviewSelection(NamedTuple):
    """Which parts are shown, in which order, and whether the page is kept current."""

    shown: str = "all"
    sort: str = DEFAULT_SORT
    live: str = "on"

    def url(self, path: str = "/", **changed: str) -> str:
        """Return the URL of this selection, or of a changed one."""
        chosen, default = self._replace(**changed)._asdict(), OverviewSelection()._asdict()
        return url_of(path, **{n: v for n, v in chosen.items() if v != default[n]})

    def sorted(self, statuses: list[Status], snapshot: Snapshot) -> list[Status]:
        """Return the sources in order. Without a sort they keep the order of the catalog."""
        key = SORTS[self.sort]
        return sorted(statuses, key=lambda status: key(status, snapshot)) if key else statuses


def selection_of(request: Request) -> OverviewSelection:
    """Return the selection of a URL. Raises typer.BadParameter."""
    return OverviewSelection(
        choice(request, "shown", SHOWN, "all"),
        choice(request, "sort", tuple(SORTS), DEFAULT_SORT),
        choice(request, "live", ("on", "off"), "on"),
    )
