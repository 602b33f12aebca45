"""The same value in CSV, TSV, XLSX, JSON and JSON Lines gives the same entity."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entities.values import to_text
from ingestion.catalog import Source
from ingestion.event import Event
from ingestion.files.parse import extract_rows
from tests.support.added_entities import added
from tests.support.files.workbooks import cell_formats, packed, parts, row, text_cell
from tests.support.invocations import upload

MODEL = """
from typing import ClassVar

from entities.base import CalendarDate, Entity, EntityId, Number, UtcTime


class Sample(Entity):
    entity_name: ClassVar[str] = "SAMPLE"

    sample_id: EntityId
    amount: Number
    is_done: bool
    day: CalendarDate
    at: UtcTime
"""
COLUMNS = ["year", "number", "amount", "is_done", "day", "at"]
FORMATS = ["csv", "tsv", "xlsx", "json", "jsonl"]
DAY_ZERO = datetime(1899, 12, 30)

# Doubles with at most 15 digits are exact in every format.
numbers = st.decimals(-(10**9), 10**9, places=6, allow_nan=False) | st.integers(
    -(10**15), 10**15
).map(Decimal)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    folder = tmp_path_factory.mktemp("entities")
    with added(folder):
        (folder / "sample.py").write_text(MODEL)
        files = {"key": ["year", "number"]}
        document = {"path": "b", "entities": ["SAMPLE"], "auth": "api_key", "files": files}
        yield Source.model_validate(document)


def spelled(number: Decimal) -> list[str]:
    """Return ways to write a number in JSON and in a workbook."""
    plain = f"{number:f}"
    return [plain, f"{number:E}", plain + ("0" if "." in plain else ".0"), f"{number:f}E0"]


def written(
    file_format: str, year: Decimal, number: str, is_done: bool, day: date, at: datetime
) -> bytes:
    """Return a file with one row. In a table of text the numbers have their one text."""
    number_text = to_text(Decimal(number))
    texts = [to_text(year), number_text, number_text, to_text(is_done)]
    texts += [day.isoformat(), to_text(at)]
    match file_format:
        case "csv" | "tsv":
            text = io.StringIO()
            delimiter = "," if file_format == "csv" else "\t"
            csv.writer(text, delimiter=delimiter).writerows([COLUMNS, texts])
            return text.getvalue().encode()
        case "xlsx":
            cells = [f"<c><v>{value}</v></c>" for value in (f"{year}", number, number)]
            cells.append(f'<c t="b"><v>{is_done:d}</v></c>')
            cells.append(f'<c s="1"><v>{(day - DAY_ZERO.date()).days}.0</v></c>')
            cells.append(f'<c s="2"><v>{(at - DAY_ZERO) / timedelta(days=1)!r}</v></c>')
            header = row(*map(text_cell, COLUMNS))
            workbook = parts(
                header, row(*cells), styles=cell_formats(0, "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss.000")
            )
            return packed(workbook).getvalue()
    item = dict(zip(COLUMNS, [int(year), "NUMBER", "NUMBER", is_done, *texts[-2:]], strict=True))
    return json.dumps(item).replace('"NUMBER"', number).encode()


def entity(source: Source, file_format: str, content: bytes) -> dict[str, Any]:
    [event] = extract_rows(io.BytesIO(content), file_format, upload(), source)
    assert isinstance(event, Event), event
    assert event.data["sample_id"] == event.subject
    return event.data


@given(
    year=st.integers(1, 9999).map(Decimal),
    number=numbers,
    way=st.integers(0, 3),
    is_done=st.booleans(),
    day=st.dates(date(1900, 3, 1)),
    at=st.datetimes(datetime(1900, 3, 1), datetime(2200, 1, 1)).map(
        lambda found: found.replace(microsecond=found.microsecond // 1000 * 1000)
    )
    | st.dates(date(1900, 3, 1)).map(lambda day: datetime(day.year, day.month, day.day)),
)
def test_the_same_values_give_the_same_entity_in_every_format(
    source: Source, year: Decimal, number: Decimal, way: int, is_done: bool, day: date, at: datetime
) -> None:
    text = spelled(number)[way]

    found = [
        entity(source, file_format, written(file_format, year, text, is_done, day, at))
        for file_format in FORMATS
    ]

    assert found[0]["sample_id"] == f"{to_text(year)}/{to_text(number)}"
    assert found[0]["amount"] == to_text(number)
    assert found[0]["at"] == f"{at.isoformat(timespec='microseconds')}Z"
    assert found == [found[0]] * len(FORMATS)
