"""What a file holds that is sent: events with their places, and what is not JSON."""

from io import BytesIO

import pytest

from ingestion.cli.client.event_file import HoldsTable, RejectedLine, UnsentEvent, read_events


@pytest.mark.parametrize(
    ("text", "lines", "expected"),
    [
        (b'{"a": 1}', False, [UnsentEvent(1, {"a": 1}, "event")]),
        (b'[{"a": 1}, 2]', False, [UnsentEvent(1, {"a": 1}, "event"), UnsentEvent(2, 2, "event")]),
        (b'{"a": 1}\n\n{"b": 2}\n', False, [UnsentEvent(1, {"a": 1}), UnsentEvent(3, {"b": 2})]),
        (b'{"a": 1}\n{"b": 2}', True, [UnsentEvent(1, {"a": 1}), UnsentEvent(2, {"b": 2})]),
        (b'\xef\xbb\xbf{"a": 1}', False, [UnsentEvent(1, {"a": 1}, "event")]),
        (b'\xef\xbb\xbf{"a": 1}\r\n', True, [UnsentEvent(1, {"a": 1})]),
        (b"", True, []),
    ],
    ids=["document", "array", "by content", "by name", "document with BOM", "BOM", "nothing"],
)
def test_read_knows_documents_arrays_and_lines(
    text: bytes, lines: bool, expected: list[UnsentEvent]
) -> None:
    assert list(read_events(BytesIO(text), lines=lines)) == expected


@pytest.mark.parametrize("item", [b'"\\ud800"', b'{"a": "\xff"}', b"9" * 5_000], ids=repr)
def test_an_item_of_an_array_that_cannot_be_read_is_refused_alone(item: bytes) -> None:
    first, second, third = read_events(BytesIO(b"[1," + item + b",3]"), lines=False)

    assert (first, third) == (UnsentEvent(1, 1, "event"), UnsentEvent(3, 3, "event"))
    assert isinstance(second, RejectedLine)
    assert str(second).startswith("event 2: not_json: ")


@pytest.mark.parametrize("text", [b'[{"a": 1},\n{"a": 2}\n', b'{\n"a":\n', b"[1", b"{"])
def test_a_broken_document_is_refused_once(text: bytes) -> None:
    [rejection] = read_events(BytesIO(text), lines=False)

    assert isinstance(rejection, RejectedLine)
    assert (rejection.line, rejection.reason) == (1, "not_json")


@pytest.mark.parametrize("text", [b"<order/>", b"a=1&b=2", b" <?xml version='1.0'?>\n<a/>"])
def test_what_is_no_json_at_all_is_to_be_posted_in_another_way(text: bytes) -> None:
    [rejection] = read_events(BytesIO(text), lines=False)

    assert str(rejection).endswith("; post XML and forms with curl")


def test_the_first_line_of_json_lines_may_be_broken() -> None:
    first, second = read_events(BytesIO(b'{"a": x}\n{"b": 2}\n'), lines=False)

    assert isinstance(first, RejectedLine)
    assert second == UnsentEvent(2, {"b": 2})


def test_an_array_among_lines_says_how_to_send_it() -> None:
    (refusal,) = read_events(BytesIO(b"[{}, {}]"), lines=True)

    assert isinstance(refusal, RejectedLine)
    assert "name the file .json" in refusal.message


@pytest.mark.parametrize("line", [b"{", b"NaN", b'"\xff"', b"[" * 1000], ids=repr)
def test_a_line_that_is_no_json_is_refused_by_its_number(line: bytes) -> None:
    first, second, third = read_events(BytesIO(b"1\n" + line + b"\n3\n"), lines=True)

    assert (first, third) == (UnsentEvent(1, 1), UnsentEvent(3, 3))
    assert isinstance(second, RejectedLine)
    assert (second.line, second.reason) == (2, "not_json")


@pytest.mark.parametrize("lines", [True, False])
@pytest.mark.parametrize(
    "header", [b"contract_id,contract_name", b"id;name", b'"a b"\t"c"', b"\xef\xbb\xbfid|name"]
)
def test_a_text_that_begins_like_csv_is_a_table(header: bytes, lines: bool) -> None:
    with pytest.raises(HoldsTable):
        list(read_events(BytesIO(b"\n" + header + b"\nc-1,a\n"), lines=lines))


@pytest.mark.parametrize("lines", [True, False])
@pytest.mark.parametrize("text", [b"hello", b"{a, b}", b"[1, 2", b'{"a": 1},{"b": 2}'])
def test_other_text_is_no_table(text: bytes, lines: bool) -> None:
    [rejection] = read_events(BytesIO(text), lines=lines)

    assert isinstance(rejection, RejectedLine)
    assert rejection.reason == "not_json"


def test_a_table_below_the_first_line_of_json_lines_is_refused_by_line() -> None:
    first, second = read_events(BytesIO(b'{"a": 1}\na,b\n'), lines=True)

    assert first == UnsentEvent(1, {"a": 1})
    assert str(second).startswith("line 2: not_json: ")
