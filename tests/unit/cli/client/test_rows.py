from typing import Any

import pytest

from ingestion.catalog import Catalog
from ingestion.cli.client.event_file import RejectedLine, UnsentEvent
from ingestion.cli.client.rows import rows_as_events
from tests.support.factories import catalog_document, cloudevent, contract, submission


def mapped(item: Any, **files: Any) -> UnsentEvent | RejectedLine:
    """Return what sourceB sends for an item in line 3."""
    document = catalog_document()
    document["sources"]["sourceB"]["files"] = files
    [found] = rows_as_events(
        [UnsentEvent(3, item)], Catalog.model_validate(document).sources["sourceB"]
    )
    return found


@pytest.mark.parametrize("event", [submission(), cloudevent(), "text", [1], None])
def test_an_event_and_an_item_that_is_no_object_are_sent_unchanged(event: Any) -> None:
    assert mapped(event) == UnsentEvent(3, event)


def test_a_row_becomes_an_event_of_the_sources_entity() -> None:
    assert mapped(contract()) == UnsentEvent(
        3, {"entity_name": "CONTRACT", "body": contract()}, is_row=True
    )


def test_a_row_without_its_time_is_rejected_because_the_catalog_names_a_column() -> None:
    found = mapped(contract(), time="at")

    assert isinstance(found, RejectedLine)
    assert (
        str(found)
        == "line 3: invalid_event: at: is missing: the source's `files.time` names this column"
    )


def test_columns_are_mapped_and_the_time_is_that_of_its_column() -> None:
    row = {"No": 7.0, "name": "T", "at": 1769860800.5, "note": "x"}
    files = {"key": ["No"], "columns": {"name": "contract_name"}, "ignore": ["note"], "time": "at"}

    found = mapped(row, **files)

    body = {"contract_id": "7", "contract_name": "T"}
    time = "2026-01-31T12:00:00.500000Z"
    event = {"entity_name": "CONTRACT", "body": body, "time": time}
    assert found == UnsentEvent(3, event, is_row=True)


@pytest.mark.parametrize(
    ("row", "reason", "field"),
    [
        ({"no": True, "at": 1}, "invalid_entity", "contract_id"),
        ({"at": 1}, "invalid_entity", "contract_id"),
        ({"no": 7, "at": "soon"}, "invalid_event", "at"),
        ({"no": 7, "at": None}, "invalid_event", "at"),
        ({"no": 7, "at": []}, "invalid_event", "at"),
        ({"no": 7, "at": 1, "name": "a", "contract_name": "b"}, "invalid_entity", ""),
    ],
)
def test_a_row_that_cannot_be_mapped_is_rejected(row: Any, reason: str, field: str) -> None:
    found = mapped(row, key=["no"], columns={"name": "contract_name"}, time="at")

    assert isinstance(found, RejectedLine)
    assert found.line == 3
    assert found.reason == reason
    assert found.field == field


def test_a_rejected_line_stays_rejected() -> None:
    line = RejectedLine(1, "not_json", "", "no JSON")
    document = Catalog.model_validate(catalog_document())

    assert list(rows_as_events([line], document.sources["sourceB"])) == [line]
