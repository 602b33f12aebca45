"""Measurements whose day and time of day are two columns, with decimal commas."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.added_entities import added
from tests.unit.files.extracting import events, rejections
from tests.unit.files.mapped import mapped

MODEL = """
from typing import ClassVar

from entities.base import Entity
from entities.fields import EntityId, Number


class Measurement(Entity):
    entity_name: ClassVar[str] = "MEASUREMENT"

    measurement_id: EntityId
    location: str
    source: str
    local_avg: Number | None = None
    remote_avg: Number | None = None
"""
RULE: dict[str, Any] = {
    "entity": "MEASUREMENT",
    "id": ["item.date", "item.time", "item.location"],
    "time": {
        "value": "join(' ', [item.date, item.time])",
        "format": "%d.%m.%Y %H:%M",
        "zone": "Europe/Berlin",
    },
    "fields": {
        "location": "item.location",
        "source": "item.source",
        "local_avg": {"value": "item.local_avg", "number": {"decimal": ","}},
        "remote_avg": {"value": 'item."remote avg"', "number": {"decimal": ","}},
    },
}
HEADER = "date;time;location;source;local_avg;remote avg\n"


@pytest.fixture(autouse=True)
def _measurements(tmp_path: Path) -> Iterator[None]:
    (tmp_path / "measurement.py").write_text(MODEL)
    with added(tmp_path):
        yield


def measured(content: str) -> list[Any]:
    """Return the results of the rows of a table of measurements."""
    return mapped(content, RULE, entities=["MEASUREMENT"], files={"delimiter": ";"})


def test_ten_rows_become_ten_measurements_at_their_own_times() -> None:
    rows = "".join(f"31.01.2026;0{hour}:30;north/1;probe;{hour},5;\n" for hour in range(10))

    found = events(measured(HEADER + rows))

    assert [event.time for event in found] == [
        "2026-01-30T23:30:00.000000Z",
        *(f"2026-01-31T0{hour}:30:00.000000Z" for hour in range(9)),
    ]
    assert found[0].subject == "31.01.2026/00:30/north%2F1"
    assert len({event.id for event in found}) == 10
    assert found[4].data == {
        "measurement_id": "31.01.2026/04:30/north%2F1",
        "location": "north/1",
        "source": "probe",
        "local_avg": "4.5",
    }


def test_a_row_without_a_time_of_day_is_rejected_alone() -> None:
    found = measured(f"{HEADER}31.01.2026;;n;p;1;2\n31.01.2026;12:00;n;p;1;2\n")

    assert [event.subject for event in events(found)] == ["31.01.2026/12:00/n"]
    assert list(rejections(found)) == [2]
