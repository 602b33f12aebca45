"""The id of a row's event names the upload."""

import pytest

from ingestion.files.mappers.rows import RowIds, upload_id_of
from ingestion.files.upload import Upload

UPLOAD = Upload(
    "uploads/sourceB/a.csv", "v1", "0055AED6DCD90281E5", "2026-01-31T12:00:00.000000Z", 1
)
ROW_ID = RowIds(UPLOAD).row_id(7)


@pytest.mark.parametrize("event_id", [ROW_ID, f"{ROW_ID}-2", f"{ROW_ID}-2-1"])
def test_the_upload_of_a_row_is_found(event_id: str) -> None:
    assert upload_id_of(event_id) == UPLOAD.keys.upload_id


@pytest.mark.parametrize("event_id", ["e-1", UPLOAD.keys.upload_id, f"x{ROW_ID}", f"{ROW_ID}1", ""])
def test_other_ids_name_no_upload(event_id: str) -> None:
    assert upload_id_of(event_id) is None
