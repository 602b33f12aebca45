"""The faults of forms, times and constants of rules."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.mapping.checked import VALID, faults, faults_of_field
from tests.unit.mapping.mapped import rule


@pytest.mark.parametrize(
    ("form", "keys", "message"),
    [
        (
            {"value": "item.a", "date": "dd.mm.yyyy"},
            ("date",),
            'unknown format "dd.mm.yyyy"',
        ),
        ({"value": "item.a", "date": "iso", "zone": "Berlin"}, ("zone",), 'unknown zone "Berlin"'),
        (
            {"value": "item.a", "time": "%H:%M %d.%m.%Y"},
            ("time",),
            '"%H:%M %d.%m.%Y" has no offset: add a zone',
        ),
        (
            {"value": "item.a", "time": "iso", "zone": "UTC", "output": "%Q"},
            ("output",),
            '"%Q" in "%Q" is unknown',
        ),
        (
            {"value": "item.a", "number": {"decimal": ",", "thousands": ","}},
            ("number",),
            'decimal and thousands are both ","',
        ),
        ({"value": "item.a", "with": "-"}, ("with",), "needs join: add join, or remove with"),
        (
            {"value": "item.a", "zone": "UTC"},
            ("zone",),
            "needs date or time: add date or time, or remove zone",
        ),
        (
            {"value": "item.a", "output": "%H"},
            ("output",),
            "needs time: add time, or remove output",
        ),
        ({"value": "item.a", "take": 0}, ("take",), "needs split: add split, or remove take"),
        (
            {"value": "item.a", "date": "iso", "time": "rfc3339"},
            ("time",),
            "cannot stand beside date: write date for a day, time for a time",
        ),
    ],
)
def test_a_form_whose_keys_are_wrong(form: Any, keys: Any, message: str) -> None:
    (fault,) = faults_of_field(form)

    assert fault.path == ("map", 0, "fields", "contract_name", *keys)
    place = ".".join(("contract_name", *keys))
    assert fault.message.startswith(f"rule 1 (CONTRACT), {place}: {message}")


@pytest.mark.parametrize(
    ("time", "path", "message"),
    [
        ({"value": "item.a", "format": "rfc333"}, ("time", "format"), 'unknown format "rfc333"'),
        ({"value": "item.a", "format": "%d.%m.%Y"}, ("time", "format"), '"%d.%m.%Y" has no offset'),
        ({"value": "item.a", "format": ["rfc3339", "%H"]}, ("time", "format"), '"%H" must have'),
        ({"value": "item.a", "zone": "Nowhere"}, ("time", "zone"), 'unknown zone "Nowhere"'),
        (
            {"value": "item.a", "format": "%d.%m.%Y", "zone": "Nowhere"},
            ("time", "zone"),
            'unknown zone "Nowhere"',
        ),
    ],
)
def test_a_time_whose_keys_are_wrong(time: Any, path: Any, message: str) -> None:
    (fault,) = faults(rule(time=time, fields=VALID))

    assert fault.path == ("map", 0, *path)
    assert fault.message.startswith(f"rule 1 (CONTRACT), {'.'.join(path)}: {message}")


def test_a_required_field_is_not_translated_to_null() -> None:
    form = {"value": "item.a", "translate": {"a": None, "b": "active"}}

    (fault,) = faults_of_field(form, "contract_status")
    assert fault.path == ("map", 0, "fields", "contract_status", "translate", "a")
    assert fault.message.endswith(
        "is empty, but a value is required: give it a value, or add a default"
    )
    assert faults_of_field(form | {"default": "pending"}, "contract_status") == []
    assert faults_of_field(form | {"translate": {"a": None}}, "description") == []
    (operation,) = faults(
        rule(fields=VALID, operation={"value": "item.o", "translate": {"x": None}})
    )
    assert operation.path == ("map", 0, "operation", "translate", "x")


@pytest.mark.parametrize(
    ("form", "key", "shown"),
    [
        ({"const": True}, "const", "true"),
        ({"const": 12}, "const", "12"),
        ({"const": Decimal("1.5")}, "const", "1.5"),
        ({"value": "item.a", "default": False}, "default", "false"),
        ({"value": "item.a", "translate": {"a": 7}}, "translate.a", "7"),
    ],
)
def test_a_constant_of_a_text_needs_quotes(form: Any, key: str, shown: str) -> None:
    (fault,) = faults_of_field(form)

    assert fault.message == (
        f"rule 1 (CONTRACT), contract_name.{key}: {shown} is refused: must be text: put a number,"
        " true, false or null in quotes"
    )
