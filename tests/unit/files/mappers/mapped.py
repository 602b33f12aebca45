"""What the rules of a source make of the rows of a file."""

import io
from typing import Any

from ingestion.catalog import Catalog
from ingestion.event import Event
from ingestion.files.mappers.mapped_rows import UploadRules
from ingestion.files.mappers.row_result import RowResult, UnfinishedRow
from ingestion.files.parse import extract_rows
from tests.support.factories import catalog_document
from tests.support.invocations import upload

CONTRACT: dict[str, Any] = {
    "entity": "CONTRACT",
    "id": "item.No",
    "fields": {
        "contract_name": "item.Name",
        "contract_type": {"const": "goods"},
        "contract_status": {"const": "active"},
    },
}
MILESTONE: dict[str, Any] = {
    "entity": "MILESTONE",
    "id": "item.Step",
    "fields": {"contract_id": "item.No", "end_date": {"value": "item.Due", "date": "%d.%m.%Y"}},
}


def mapped_catalog(*rules: dict[str, Any], **keys: Any) -> Catalog:
    """Return a catalog whose sourceB has these rules, and other keys."""
    document = catalog_document()
    document["sources"]["sourceB"] |= {
        "entities": ["CONTRACT", "MILESTONE"],
        "map": [*rules],
        **keys,
    }
    return Catalog.model_validate(document)


def mapped(
    content: str | bytes,
    *rules: dict[str, Any],
    form: str = "csv",
    results_before: int = 0,
    rows_before: int = 0,
    **keys: Any,
) -> list[RowResult]:
    """Return the results of a file's rows."""
    catalog = mapped_catalog(*rules, **keys)
    compiled = catalog.rules_of("sourceB")
    assert compiled
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return list(
        extract_rows(
            file,
            form,
            upload(),
            catalog.sources["sourceB"],
            UploadRules(compiled),
            rows_before=rows_before,
            results_before=results_before,
        )
    )


def all_events(found: list[RowResult]) -> list[Event]:
    """Return the events of rows, whether another result follows or not."""
    results = [each.event if isinstance(each, UnfinishedRow) else each for each in found]
    return [each for each in results if isinstance(each, Event)]
