"""The rows of the overview: what a person reads of each part, as texts, links and lines."""

from datetime import datetime
from typing import NamedTuple

from ingestion.cli.console.overview.spark import Spark, draw_line, highest_of
from ingestion.cli.console.urls import dead_letters_url, source_url
from ingestion.cli.dlq.names import UNROUTED
from ingestion.cli.status.findings.finding import level_of
from ingestion.cli.status.output import states_of
from ingestion.cli.status.parts import SOURCE
from ingestion.cli.status.reader import Snapshot
from ingestion.cli.status.status import Status
from ingestion.cli.status.trend import Trend


class State(NamedTuple):
    """A word for what is unusual about a part, and how bad that is: warn or bad."""

    word: str
    level: str


class Row(NamedTuple):
    """A part, with its states, its dead letters and what waits. Seconds count back from now."""

    name: str
    url: str | None
    states: list[State]
    status: Status
    dead_letters_url: str | None
    lag_seconds: float | None
    last_event_at: datetime | None
    last_event_seconds: float | None
    is_silent: bool


class SourceRow(NamedTuple):
    """A row with the lines of the last hour."""

    row: Row
    accepted: Spark
    stored: Spark
    dead_letters: Spark


def row_of(status: Status, snapshot: Snapshot) -> Row:
    """Return the row of a part."""
    last_at = status.last_event_at
    return Row(
        status.name,
        source_url(status.name) if status.kind == SOURCE else None,
        [State(word, level_of(word)) for word in states_of(status)],
        status,
        dead_letters_url(status.name) if status.dead_letters or status.kind == UNROUTED else None,
        status.lag_seconds,
        last_at,
        max(0, (snapshot.read_at - last_at).total_seconds()) if last_at else None,
        status.silence is not None,
    )


def source_row_of(status: Status, snapshot: Snapshot) -> SourceRow:
    """Return the row of a source. What it accepted and what it stored have the same scale."""
    trend: Trend = snapshot.trends[status.name]
    top = highest_of(trend.accepted, trend.stored)
    return SourceRow(
        row_of(status, snapshot),
        draw_line(trend.accepted, "accepted", top),
        draw_line(trend.stored, "stored", top),
        draw_line(trend.dead_letters, "became dead letters"),
    )
