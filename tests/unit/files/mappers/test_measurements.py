"""The example of docs/mapped-files.md: the day and the time of day are two columns."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from entities.declared.yaml_file import parse_yaml
from infra.tools.paths import ROOT
from tests.support.files.measurements import measurements
from tests.unit.files.extracting import events, rejections
from tests.unit.files.mappers.mapped import mapped

PAGE = (ROOT / "docs" / "mapped-files.md").read_text()
TABLE = PAGE.partition("```csv\n")[2].partition("```")[0]
HEADER = TABLE.partition("\n")[0] + "\n"
SOURCE = parse_yaml(PAGE.partition("```yaml\n")[2].partition("```")[0])["sources"]["network"]


@pytest.fixture(autouse=True)
def _measurements(tmp_path: Path) -> Iterator[None]:
    with measurements(tmp_path):
        yield


def measured(content: str) -> list[Any]:
    """Return the results of the rows of a table of measurements."""
    return mapped(content, *SOURCE["map"], entities=SOURCE["entities"], files=SOURCE["files"])


def test_the_row_of_the_page_becomes_the_measurement_that_the_page_names() -> None:
    [event] = events(measured(TABLE))

    assert f"`{event.subject}` with the time `{event.time}`" in PAGE
    assert event.data["local_avg"] == "4.39"


def test_ten_rows_become_ten_measurements_at_their_own_times() -> None:
    rows = "".join(f"31.01.2026;0{hour}:30;north/1;probe;a;{hour},5;b;\n" for hour in range(10))

    found = events(measured(HEADER + rows))

    assert [event.time for event in found] == [
        "2026-01-30T23:30:00.000000Z",
        *(f"2026-01-31T0{hour}:30:00.000000Z" for hour in range(9)),
    ]
    assert len({event.id for event in found}) == 10
    assert found[4].data == {
        "measurement_id": "31.01.2026/04:30/north%2F1",
        "location": "north/1",
        "source": "probe",
        "local_dest": "a",
        "local_avg": "4.5",
        "remote_dest": "b",
    }


def test_a_row_without_a_time_of_day_is_rejected_alone() -> None:
    found = measured(f"{HEADER}31.01.2026;;n;p;a;1;b;2\n31.01.2026;09:00;n;p;a;1;b;2\n")

    assert [event.subject for event in events(found)] == ["31.01.2026/09:00/n"]
    assert list(rejections(found)) == [2]
