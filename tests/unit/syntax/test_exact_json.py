import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.syntax.exact_json import UnreadableItem, has_more_values, read, read_by_item
from tests.support.factories import CANARY, NOT_JSON
from tests.support.memory import bounded_memory

documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4.39", "4.39"),
        ("1.0000000000000000000000000001", "1.0000000000000000000000000001"),
        ("-0.0", "-0.0"),
        ("41.0", "41.0"),
        ("1e400", "1E+400"),
        ("1e999999999", "1E+999999999"),
    ],
)
def test_a_fraction_keeps_its_digits(text: str, value: str) -> None:
    found = read(text)

    assert isinstance(found, Decimal)
    assert str(found) == value


@pytest.mark.parametrize("text", ["7", "-7", "0", "9" * 4_300], ids=lambda text: text[:3])
def test_a_whole_number_is_an_int(text: str) -> None:
    found = read(text)

    assert type(found) is int


@given(documents)
def test_a_document_without_fractions_is_read_as_by_the_standard_library(document: Any) -> None:
    assert read(json.dumps(document)) == document


@pytest.mark.parametrize("content", NOT_JSON.values(), ids=NOT_JSON)
@pytest.mark.parametrize("reader", [read, read_by_item])
def test_what_is_not_json_is_refused_without_quoting_it(reader: Any, content: bytes) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011  # Messages of jiter.
        reader(content)

    assert CANARY not in str(error.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id": "\xff"}', "byte 8 is not UTF-8"),
        (b'\xef\xbb\xbf{"id": "\xff"}', "byte 11 is not UTF-8"),
        (b"1e99999999999999999999", "a number's exponent is out of range"),
        (b"1e-99999999999999999999", "a number's exponent is out of range"),
        (b'"\\ud800"', "unexpected end of hex escape at line 1 column 8"),
    ],
)
def test_the_message_says_what_is_wrong_and_where(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        read(content)


@pytest.mark.parametrize("content", [b'\xef\xbb\xbf{"id": "1"}', '\ufeff{"id": "1"}'])
def test_a_byte_order_mark_is_ignored(content: bytes | str) -> None:
    assert read(content) == {"id": "1"}
    assert read_by_item(content) == {"id": "1"}


def test_a_second_byte_order_mark_is_not_json() -> None:
    with pytest.raises(ValueError, match="line 1 column 1"):
        read("\ufeff\ufeff{}")


@pytest.mark.parametrize("content", [b'"\xef\xbf\xbd"', b'"\\ufffd"', '"\ufffd"'])
def test_the_replacement_character_is_text_like_any_other(content: bytes | str) -> None:
    assert read(content) == "\ufffd"


@pytest.mark.parametrize(
    "faulty",
    [
        '"\\ud800"',
        '"\\udc00 and \\ud83d"',
        '{"\\ud800": 1}',
        '{"name": "\udcff"}',
        "9" * 5_000,
        "[1e99999999999999999999]",
        "[" * 210 + "]" * 210,
    ],
    ids=["lone", "low", "in a name", "wrong byte", "5,000 digits", "exponent", "210 levels"],
)
@pytest.mark.parametrize("blank", ["", " \r\n\t"])
def test_an_item_of_an_array_that_cannot_be_read_affects_no_other(faulty: str, blank: str) -> None:
    items = ["4.39", faulty, '{"a": "],["}', faulty, "[]"]
    text = f"{blank}[{blank}" + f"{blank},{blank}".join(items) + f"{blank}]{blank}"

    first, second, third, fourth, fifth = read_by_item(text.encode(errors="surrogateescape"))

    assert (first, third, fifth) == (Decimal("4.39"), {"a": "],["}, [])
    assert isinstance(second, UnreadableItem)
    assert second == fourth
    assert second.text == faulty


@pytest.mark.parametrize(
    "content",
    [
        '["\\ud800"',
        '["\\ud800",]',
        '["\\ud800" 1]',
        '["\\ud800"] 1',
        '["\\ud800", NaN]',
        '["\\ud800", -Infinity]',
        '["\\ud800", \udcff]',
        '["\\ud800\\"]',
        "[" * 100_000,
        '{"a": "\\ud800"}',
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_an_array_is_not_divided_where_its_grammar_is_broken(content: str) -> None:
    with pytest.raises(ValueError, match=r"line 1|UTF-8"):
        read_by_item(content.encode(errors="surrogateescape"))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("[1, NaN]", "expected value at line 1 column 5"),
        ('{"a": -Infinity}', "invalid number at line 1 column 8"),
        ('["é",\n Infinity]', "expected value at line 2 column 2"),
    ],
)
def test_nan_and_infinity_are_named(content: str, place: str) -> None:
    with pytest.raises(ValueError, match=rf"^{place}: NaN and Infinity are not JSON$"):
        read_by_item(content.encode())


@given(st.lists(documents), st.booleans())
def test_a_divided_array_has_the_items_of_the_whole_array(items: list[Any], is_ascii: bool) -> None:
    text = json.dumps([*items, CANARY], ensure_ascii=is_ascii).replace(f'"{CANARY}"', '"\\ud800"')

    *found, last = read_by_item(text)

    assert found == items
    assert isinstance(last, UnreadableItem)


def values_in(document: Any) -> int:
    """Count fields and items. An empty object or array counts as one more."""
    if not isinstance(document, list | dict):
        return 0
    inner = document.values() if isinstance(document, dict) else document
    return max(1, len(document)) + sum(map(values_in, inner))


@given(documents, st.sampled_from([None, 1]))
def test_the_values_of_every_document_are_counted_exactly(
    document: Any, indent: int | None
) -> None:
    content = json.dumps(document, indent=indent).encode()
    count = values_in(document)

    assert not has_more_values(count, content)
    assert has_more_values(count - 1, content) or count == 0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("7", 0),
        ("{}", 1),
        ('{"a":1,"b":{"c":2}}', 3),
        ('{"a" : 1\n,\t"b,":2}', 2),
        (r'{"a":"{\"b\":1,[[[[,,,,"}', 1),
        (r'["\\",",\",","\\"]', 3),
        ("[[[]]]", 3),
        ('["é,é"]', 1),
    ],
)
def test_what_a_text_holds_is_not_counted(text: str, count: int) -> None:
    assert not has_more_values(count, text.encode())
    assert has_more_values(count - 1, text.encode())


def test_the_values_of_several_texts_are_added_whatever_each_holds() -> None:
    texts = [b'["no end, [', b"[1,2]", b'{"a":1}']

    assert not has_more_values(4, *texts)
    assert has_more_values(3, *texts)


@pytest.mark.parametrize(
    "ending", ['\\"' * 500_000, '"\\"' * 300_000, "\\" * 999_999, '""' * 500_000, '0"" ' * 250_000]
)
def test_a_text_that_is_not_json_is_counted_in_one_pass_and_little_memory(ending: str) -> None:
    content = b'["' + b"," * 2_000 + b'"' + ending.encode()  # Else nothing is counted.

    with bounded_memory(10_000):
        assert not has_more_values(1_000, content)


def test_no_more_items_of_a_faulty_array_are_read_than_wanted() -> None:
    items = ",".join(['"\\ud800"', *"123456789"])

    found = read_by_item(f"[{items}]", max_items=4)

    assert found[1:] == [1, 2, 3]
    assert isinstance(found[0], UnreadableItem)
