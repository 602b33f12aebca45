"""The events and rejections of a file's content."""

import io
from typing import Any

from ingestion.catalog import Catalog, Source
from ingestion.event import Event
from ingestion.files.mappers.row_result import RejectedRow, RowResult
from ingestion.files.parse import extract_rows
from tests.support.factories import catalog, catalog_document
from tests.support.invocations import upload

HEADER = "contract_id,contract_name,contract_type,contract_status"


def source(name: str = "sourceB", **files: Any) -> Source:
    """Return the source of the catalog with these settings under `files`."""
    document = catalog_document()
    document["sources"][name]["files"] = files
    return Catalog.model_validate(document).sources[name]


def results(
    content: str | bytes, form: str = "csv", sender: Source | None = None, rows_before: int = 0
) -> list[RowResult]:
    """Return what becomes of the rows of a file that this source sent (default: sourceB)."""
    sender = sender or source()
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    sent = upload(source=catalog().name_by_path[sender.path])
    return list(extract_rows(file, form, sent, sender, rows_before=rows_before))


def events(found: list[RowResult]) -> list[Event]:
    return [result for result in found if isinstance(result, Event)]


def rejections(found: list[RowResult]) -> dict[int, str]:
    """Return the reason and the detail of each rejection by its line."""
    return {
        result.line: f"{result.rejection.reason}: {result.rejection.detail}"
        for result in found
        if isinstance(result, RejectedRow)
    }
