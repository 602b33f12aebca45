import io

import pytest

from ingestion.errors import RefusedFile
from ingestion.files.rows.document import MAX_JSON_BYTES, read_document
from ingestion.files.rows.row import Row


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[1, {}]", [(1, 1), (2, {})]),
        (b"{}", [(1, {})]),
        (b"[]", []),
        (b"\xef\xbb\xbf[1]", [(1, 1)]),
    ],
)
def test_each_item_of_a_document_is_one_row(content: bytes, expected: list[Row]) -> None:
    rows = list(read_document(io.BytesIO(content), "utf-8-sig"))

    assert rows == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not_json"),
        (b"[1", "not_json"),
        (b"[NaN]", "not_json"),
        (b"\xff", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b" " * (MAX_JSON_BYTES + 1), "too_large"),
    ],
    ids=["empty", "unfinished", "NaN", "invalid UTF-8", "deep nesting", "large"],
)
def test_a_document_that_is_not_json_or_too_large_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        list(read_document(io.BytesIO(content), "utf-8-sig"))

    assert refused.value.reason == reason
