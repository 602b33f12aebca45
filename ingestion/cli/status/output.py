"""Shows a snapshot: one table, then what needs attention."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_jsonable_python
from rich.console import RenderableType
from rich.text import Text

from ingestion.cli.environment import Deployment
from ingestion.cli.start.columns import COLUMNS
from ingestion.cli.status.durations import short_duration
from ingestion.cli.status.findings.finding import Finding
from ingestion.cli.status.parts import SOURCE
from ingestion.cli.status.reader import Snapshot
from ingestion.cli.status.status import Status
from ingestion.cli.tables import Content, choose_columns, fit_content

_OTHER_LINES = 8  # The table's header, notes, the heading, and lines between them.
_UNKNOWN = "\u2013"  # A dash.
AGE_NOTE = f"age: {_UNKNOWN} because the local emulator does not measure the oldest message."


def document_of(snapshot: Snapshot, findings: Sequence[Finding], deployment: Deployment) -> Any:
    """Return the snapshot for JSON."""
    return {
        "read_at": snapshot.read_at,
        "parts": to_jsonable_python(snapshot.statuses),
        "attention": [
            {
                "part": finding.part,
                "problem": finding.problem,
                "text": finding.text,
                "command": finding.command(deployment),
            }
            for finding in findings
        ],
    }


def table_of(snapshot: Snapshot, columns: str | None) -> Content:
    """Return the table, with one row for each part."""
    rows = [_row(status, snapshot) for status in snapshot.statuses]
    return choose_columns((COLUMNS["status"], rows), columns)


def _row(status: Status, snapshot: Snapshot) -> list[Any]:
    last = status.last_event_at
    return [
        status.name,
        status.depth,
        status.in_flight,
        _age(status),
        None if last is None else short_duration((snapshot.read_at - last).total_seconds()),
        None if status.lag_seconds is None else short_duration(status.lag_seconds),
        status.dead_letters,
        status.refused_files,
        ", ".join(states_of(status)),
    ]


def _age(status: Status) -> str | None:
    """Return the age of the oldest message; nothing if no message waits."""
    if not status.waiting:
        return None
    age = status.oldest_age_seconds
    return _UNKNOWN if age is None else short_duration(age)


def states_of(status: Status) -> list[str]:
    """Return the words for what is unusual about a part."""
    states = {
        "paused": status.kind == SOURCE and status.is_paused,
        "closed": status.closing is not None,
        "no mapping": status.lacks_mapping,
        "fails": status.is_failing,
        "silent": status.silence is not None,
    }
    return [state for state, is_true in states.items() if is_true]


def renderables(
    snapshot: Snapshot,
    attention: Sequence[str],
    columns: str | None,
    width: int,
    notes: Sequence[str],
) -> list[RenderableType]:
    """Return the table, and below it the notes, and what needs attention."""
    table = fit_content(table_of(snapshot, columns), width) or Text()
    return [table, *map(Text, notes), Text(), *map(Text, attention)]


def shorten(
    snapshot: Snapshot, findings: Sequence[Finding], width: int, height: int
) -> tuple[Snapshot, int]:
    """Leave out parts without a finding that do not fit a screen. Return also their number."""
    taken = _OTHER_LINES + sum(2 + len(finding.text) // (width - 1) for finding in findings)
    is_found = {finding.part for finding in findings}
    ordered = sorted(snapshot.statuses, key=lambda status: status.name not in is_found)
    kept = {status.name for status in ordered[: max(height - taken, len(is_found))]}
    statuses = [status for status in snapshot.statuses if status.name in kept]
    return snapshot._replace(statuses=statuses), len(snapshot.statuses) - len(statuses)
