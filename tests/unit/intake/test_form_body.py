"""A posted form as a payload, or with its payload as JSON in a field."""

from decimal import Decimal
from typing import Any

import pytest

from ingestion.errors import TooManyValues
from ingestion.intake.form_body import read_form, read_json_in_form


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", {}),
        (b"a=1&b=", {"a": "1", "b": ""}),
        (b"a=1&a=&a=3", {"a": ["1", "", "3"]}),
        (b"a+b=%C3%A9+%26%3D", {"a b": "é &="}),
        ("a=é".encode(), {"a": "é"}),
        (b"a", {"a": ""}),
        (b"a=1;b=2", {"a": "1;b=2"}),
    ],
)
def test_each_field_is_a_text_and_a_repeated_one_a_list(body: bytes, fields: Any) -> None:
    assert read_form(body, 100) == fields


@pytest.mark.parametrize("body", [b"a=%FF", b"\xff=a", b"a=%ED%A0%80"])
def test_bytes_that_are_not_utf_8_are_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"^not a form in UTF-8$"):
        read_form(body, 100)


def test_fields_are_counted() -> None:
    assert read_form(b"a&b", 2)
    with pytest.raises(TooManyValues):
        read_form(b"a&b&c", 2)


def test_json_in_a_field_is_exact() -> None:
    body = b'other=1&p={"n":4.390000000000000000001}'

    assert read_json_in_form(body, "p", 100) == {"n": Decimal("4.390000000000000000001")}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"a=1", "not the form of this source: it must hold the field 'p' once"),
        (b"p=1&p=2", "not the form of this source: it must hold the field 'p' once"),
        (b"p=", "not JSON in the form's field 'p'"),
        (b"p=[" + b"[" * 300, "not JSON in the form's field 'p'"),
    ],
)
def test_a_form_without_its_json_is_refused(body: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        read_json_in_form(body, "p", 10_000)


def test_values_in_the_json_are_counted() -> None:
    with pytest.raises(TooManyValues):
        read_json_in_form(b"p=[1,2,3]", "p", 2)
