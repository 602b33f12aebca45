"""The table of `ingest status` fits 80 columns, and a screen of few lines."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from ingestion.cli.status.findings.finding import Finding
from ingestion.cli.status.output import renderables, shorten, table_of
from ingestion.cli.status.reader import Snapshot
from ingestion.cli.status.status import Status
from ingestion.store.closed_sources import Closing

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def busy(name: str, **fields: Any) -> Status:
    """Return a source whose fields are all as long as they are in practice."""
    values: dict[str, Any] = {
        "kind": "source",
        "depth": 61_868,
        "in_flight": 20_000,
        "oldest_age_seconds": 13 * 86_400,
        "last_event_at": NOW - timedelta(minutes=59),
        "lag_seconds": 0.4,
        "dead_letters": 12_345,
        "refused_files": 123,
        "mapping_state": "Disabled",
    }
    return Status(name=name, **values | fields)


def shown(*statuses: Status, columns: int = 80) -> list[str]:
    console = Console(width=columns, record=True, file=io.StringIO())
    for each in renderables(Snapshot(NOW, list(statuses)), [], None, columns, []):
        console.print(each, crop=False)
    return console.export_text().splitlines()


@pytest.mark.parametrize("name", ["a", "sourceA", "a-source-of-20-chars"])
def test_a_busy_source_with_a_name_of_20_characters_is_one_row_of_80_columns(name: str) -> None:
    [_, _, rule, row, *_] = lines = shown(busy(name), busy("operator"))

    assert row.split() == [name, "61868", "20000", "13d", "59m", "0.4s", "12345", "123", "paused"]
    assert set(rule) == {"─"}
    assert max(map(len, lines)) <= 80


def test_a_longer_name_is_shortened() -> None:
    lines = shown(busy("a-source-of-24-characters"[:24]))

    assert lines[3].startswith("a-source-of-24-char")
    assert "…" in lines[3]
    assert max(map(len, lines)) <= 80


def test_the_state_names_all_that_is_true() -> None:
    _, [row] = table_of(Snapshot(NOW, [busy("a", closing=Closing(), retried=1)]), "source,state")

    assert list(row) == ["a", "paused, closed, fails"]


def test_parts_without_a_finding_make_room_on_a_small_screen() -> None:
    snapshot = Snapshot(NOW, [busy(f"s{number}") for number in range(98)])
    findings = [Finding(part, "paused", "text", ("ingest", "logs")) for part in ("s50", "s97")]

    short, count = shorten(snapshot, findings, width=80, height=24)
    whole, none = shorten(snapshot, findings, width=80, height=200)

    assert [status.name for status in short.statuses] == [
        *(f"s{n}" for n in range(10)),
        "s50",
        "s97",
    ]
    assert (count, whole, none) == (86, snapshot, 0)
