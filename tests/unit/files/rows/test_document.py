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
def test_a_document_holds_items(content: bytes, expected: list[Row]) -> None:
    assert list(read_document(io.BytesIO(content), "utf-8-sig")) == expected


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
    ids=["nothing", "unfinished", "NaN", "no UTF-8", "deep", "large"],
)
def test_a_document_that_is_no_json_or_too_large_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        list(read_document(io.BytesIO(content), "utf-8-sig"))

    assert refused.value.reason == reason
