"""Which paths of a sample are times, and in which format."""

from typing import Any

import pytest

from ingestion.cli.sources.new.guesses.find_times import (
    any_format_of,
    find_days,
    find_times,
    format_of,
)
from ingestion.cli.sources.new.guesses.path_values import PathValues, paths_of

DAY = "2026-01-31T10:00:00Z"


def times(*items: Any) -> list[str]:
    """Return the keys of the paths that may hold the time, the best first."""
    return [".".join(path.keys) for path in find_times(paths_of("item", items), ())]


@pytest.mark.parametrize(
    ("item", "best"),
    [
        ({"created_at": DAY, "updated_at": DAY}, "updated_at"),
        ({"created": DAY, "meta": {"changedAt": DAY}}, "meta.changedAt"),
        ({"due_date": DAY, "created": DAY}, "created"),
        ({"x": DAY}, "x"),
        ({"firstSeen": DAY, "lastSeen": DAY}, "lastSeen"),
        ({"created": "2026-01-31T10:00:00.000-0600"}, "created"),
        ({"ts": 1780000000123}, "ts"),
        ({"event_time": "1780000000.25"}, "event_time"),
    ],
)
def test_the_best_time_says_when_the_entity_changed(item: Any, best: str) -> None:
    assert times(item)[0] == best


@pytest.mark.parametrize(
    "item",
    [
        {"count": 1780000000},
        {"updated": 7},
        {"updated": None},
        {"updated": "soon"},
        {"updated": "2026-01-31"},
        {"updated": "2026-01-31T10:00:00"},
        {"updated": "2999-01-31T10:00:00Z"},
        {"updated": "1955-01-31T10:00:00Z"},
        {"updated": True},
    ],
)
def test_a_value_that_may_be_no_time_is_no_guess(item: Any) -> None:
    assert times(item) == []


def test_days_and_local_times_are_found_apart_from_times() -> None:
    item = {"issued": "2026-01-31", "due": "2026-02-28T10:00:00", "at": DAY, "n": 20260131, "x": ""}

    found = find_days(paths_of("item", [item]))

    assert [path.keys for path in found] == [("issued",), ("due",)]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (DAY, "rfc3339"),
        ("2026-01-31 10:00:00.5+01:00", "rfc3339"),
        ("2026-01-31T10:00:00.000-0600", "%Y-%m-%dT%H:%M:%S.%f%z"),
        ("2026-01-31T10:00:00-0600", "%Y-%m-%dT%H:%M:%S%z"),
        (1780000000, "epoch_s"),
        ("1780000000.25", "epoch_s"),
        (1780000000123, "epoch_ms"),
        (1780000000123456, "epoch_us"),
        (1780000000123456789, "epoch_ns"),
        ("2026-01-31", "iso"),
        ("2026-01-31T10:00:00", "iso"),
        ("31.01.2026", None),
        (20260131, "iso"),
        (True, None),
        ([DAY], None),
    ],
)
def test_the_format_of_a_time_is_found(value: Any, name: str | None) -> None:
    assert any_format_of([value]) == name
    found = format_of(PathValues("item", ("time",), [value], is_in_all=True))
    assert found == (None if name == "iso" else name)
