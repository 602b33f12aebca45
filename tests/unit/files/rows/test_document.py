import io
from decimal import Decimal

import pytest

from ingestion.errors import RefusedFile
from ingestion.files.rows.document import MAX_DOCUMENT_VALUES, MAX_JSON_BYTES, read_json_document
from ingestion.files.rows.lines import NOT_OF_ENCODING
from ingestion.files.rows.row import Row
from tests.support.files.read_rows import sound, unreadable


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[1, {}]", [(1, 1), (2, {})]),
        (b"{}", [(1, {})]),
        (b"[]", []),
        (b"\xef\xbb\xbf[1]", [(1, 1)]),
        (b"[4.39, 1e400]", [(1, Decimal("4.39")), (2, Decimal("1E+400"))]),
        (b'["\xef\xbf\xbd"]', [(1, "\ufffd")]),
    ],
)
def test_each_item_of_a_document_is_one_row(content: bytes, expected: list[Row]) -> None:
    rows = list(read_json_document(io.BytesIO(content), "utf-8-sig"))

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
        (b"[" + b"{}," * (MAX_DOCUMENT_VALUES // 2) + b"{}]", "too_large"),
        (b"[" + b"0," * MAX_DOCUMENT_VALUES + b"0]", "too_large"),
    ],
    ids=["empty", "unfinished", "NaN", "invalid UTF-8", "deep", "large", "objects", "numbers"],
)
def test_a_document_that_is_not_json_or_too_large_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        list(read_json_document(io.BytesIO(content), "utf-8-sig"))

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        (b'[1,"\\ud800",3]', "utf-8-sig", "is not JSON: unexpected end of hex escape"),
        (b'[1,"\xff",3]', "utf-8-sig", NOT_OF_ENCODING),
        (b'[1,"\x81",3]', "cp1252", NOT_OF_ENCODING),
        ('[1,"\ud800",3]'.encode("utf-16", "surrogatepass"), "utf-16", "has bytes that are not"),
        (b"[1," + b"9" * 5_000 + b",3]", "utf-8-sig", "is not JSON: number out of range"),
    ],
    ids=["lone surrogate", "wrong byte", "undefined byte", "surrogate of UTF-16", "5,000 digits"],
)
def test_an_item_that_cannot_be_read_affects_no_other_item(
    content: bytes, encoding: str, message: str
) -> None:
    found = list(read_json_document(io.BytesIO(content), encoding))

    assert sound(found) == [(1, 1), (3, 3)]
    assert unreadable(found)[2].startswith(message)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"a":1}\n{"a":2}\n', [(1, {"a": 1}), (2, {"a": 2})]),
        (b'{"a":1}\r\n\r\n{"a":2}', [(1, {"a": 1}), (3, {"a": 2})]),
        (b'\n {"a":1} \n{"a":2}', [(2, {"a": 1}), (3, {"a": 2})]),
        (b'\xef\xbb\xbf{"a":1}\n{}\n', [(1, {"a": 1}), (2, {})]),
        (b'{"a":[1,{}]}\n[2]\n3\n', [(1, {"a": [1, {}]}), (2, [2]), (3, 3)]),
    ],
    ids=["lines", "empty line", "blanks", "byte order mark", "other items"],
)
def test_json_lines_in_a_document_are_rows(content: bytes, expected: list[Row]) -> None:
    assert list(read_json_document(io.BytesIO(content), "utf-8-sig")) == expected


@pytest.mark.parametrize(
    "bad",
    [b'{"a":q}', b'{"a":1}}', b'{"a":"\xff"}', b'{"a":"1', b"{", b"a", b"NaN", b'{"a":"\0"}'],
)
def test_a_line_that_is_not_json_affects_no_other_line(bad: bytes) -> None:
    content = b'{"a":1}\n' + bad + b'\n{"a":3}\n'

    found = list(read_json_document(io.BytesIO(content), "utf-8-sig"))

    assert sound(found) == [(1, {"a": 1}), (3, {"a": 3})]
    assert list(unreadable(found)) == [2]


@pytest.mark.parametrize("bad", [b'{"a":q}', b'{"a":"\xff"}', b'{"a":"1'])
def test_the_first_line_may_be_the_one_that_is_not_json(bad: bytes) -> None:
    found = list(read_json_document(io.BytesIO(bad + b'\n{"a":2}\n'), "utf-8-sig"))

    assert sound(found) == [(2, {"a": 2})]
    assert list(unreadable(found)) == [1]


@pytest.mark.parametrize(
    "content",
    [
        '{\n  "a": 1,\n  "b":\n',
        '[\n{"a":1},\n{"a":2}\n',
        '[{"a":1},\n{"a":2}\n',
        '{"a": [\n{"b":1}\n',
        '{"a":1},\n{"a":2}\n',
        '{"a":\n1\n',
    ],
)
def test_a_broken_document_of_several_lines_is_not_read_as_lines(content: str) -> None:
    with pytest.raises(RefusedFile, match="not_json"):
        list(read_json_document(io.BytesIO(content.encode()), "utf-8-sig"))


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_json_lines_in_a_document_have_the_encoding_of_the_source(encoding: str) -> None:
    content = '{"a":"é"}\n{"a":"è"}\n'.encode(encoding)

    found = list(read_json_document(io.BytesIO(content), encoding))

    assert found == [(1, {"a": "é"}), (2, {"a": "è"})]
