"""The forms of a field: each key, their order, null, and what a form refuses."""

from decimal import Decimal
from typing import Any

import pytest

from tests.support.factories import CANARY
from tests.unit.mapping.mapped import events_by, failures_by, rule
from tests.unit.mapping.scopes import exact

FIELD = "contract_name"
PLACE = "rule 1 (CONTRACT), contract_name: "
JANUARY = "2026-01-31"


def value_of(form: Any, item: Any) -> Any:
    """Return the field's value, or None where it is left out."""
    mapped = rule(fields={FIELD: form})
    return events_by(mapped, payload={"id": "c-1", **item})[0].data.get(FIELD)


@pytest.mark.parametrize(
    ("form", "item", "value"),
    [
        ("item.a", {"a": "x"}, "x"),
        ("item.a", {"a": ""}, ""),
        ("item.a", {"a": 123456789012345678}, 123456789012345678),
        ("item.a", {"a": Decimal("4.390")}, Decimal("4.390")),
        ("item.a", {"a": False}, False),
        ("item.a", {"a": ["x", 1]}, ["x", 1]),
        ("item.a", {"a": None}, None),
        ("item.a", {}, None),
        ({"value": "item.a"}, {"a": "x"}, "x"),
        ({"const": "goods"}, {}, "goods"),
        ({"const": 0}, {}, 0),
        ({"const": False}, {}, False),
        ({"const": Decimal("4.5")}, {}, Decimal("4.5")),
        ({"first": ["item.a", "item.b"]}, {"a": None, "b": 0}, 0),
        ({"first": ["item.a", "item.b"]}, {"a": "", "b": "x"}, ""),
        ({"first": ["item.a", "item.b"]}, {}, None),
        ({"join": ["item.a", "item.b", "item.c"]}, {"a": "x", "c": Decimal("4.50")}, "x 4.5"),
        ({"join": ["item.a", "item.b"], "with": ", "}, {"a": 1, "b": True}, "1, true"),
        ({"join": ["item.a", "item.b"], "with": ""}, {"a": "", "b": "x"}, "x"),
        ({"join": ["item.a", "item.b"]}, {}, None),
        ({"id": "item.a"}, {"a": "50%/a"}, "50%/a"),
        ({"id": ["item.a"]}, {"a": "50%/a"}, "50%/a"),
        ({"id": ["item.a", "item.b"]}, {"a": "50%/a", "b": Decimal("41.0")}, "50%25%2Fa/41"),
        ({"value": "item.a", "empty": ["-", "0"]}, {"a": "-"}, None),
        ({"value": "item.a", "empty": ["-", "0"]}, {"a": Decimal("0.0")}, None),
        ({"value": "item.a", "empty": ["true"]}, {"a": True}, None),
        ({"value": "item.a", "empty": [0]}, {"a": "0"}, None),
        ({"value": "item.a", "empty": [""]}, {"a": ""}, None),
        ({"value": "item.a", "empty": ["-"]}, {"a": "x"}, "x"),
        ({"value": "item.a", "empty": ["[]"]}, {"a": []}, []),
        ({"value": "item.a", "translate": {"A": "goods"}}, {"a": "A"}, "goods"),
        ({"value": "item.a", "translate": {"1": "goods"}}, {"a": Decimal("1.0")}, "goods"),
        ({"value": "item.a", "translate": {0: "goods", True: "works"}}, {"a": True}, "works"),
        ({"value": "item.a", "translate": {"A": "goods"}}, {"a": None}, None),
        ({"value": "item.a", "translate": {"A": None}}, {"a": "A"}, None),
        ({"value": "item.a", "number": True}, {"a": "12.50"}, Decimal("12.50")),
        (
            {"value": "item.a", "number": {"decimal": ",", "thousands": "."}},
            {"a": "1.234,5"},
            Decimal("1234.5"),
        ),
        ({"value": "item.a", "number": {"scale": 2}}, {"a": 1250}, Decimal("12.50")),
        ({"value": "item.a", "number": {"trailing_minus": True}}, {"a": "5-"}, Decimal(-5)),
        ({"value": "item.a", "number": False}, {"a": "12.50"}, "12.50"),
        ({"value": "item.a", "date": "%d.%m.%Y"}, {"a": "31.01.2026"}, JANUARY),
        ({"value": "item.a", "date": ["date", "%d.%m.%Y"]}, {"a": "31.01.2026"}, JANUARY),
        (
            {"value": "item.a", "date": "iso", "zone": "Europe/Berlin"},
            {"a": "2026-01-30T23:30:00Z"},
            JANUARY,
        ),
        ({"value": "item.a", "date": "iso"}, {"a": "2026-01-31T23:30:00-05:00"}, JANUARY),
        (
            {"value": "item.a", "time": "epoch_s"},
            {"a": 1769860800},
            "2026-01-31T12:00:00.000000Z",
        ),
        (
            {"value": "item.a", "time": "rfc3339", "zone": "Europe/Berlin", "output": "%H:%M"},
            {"a": "2026-01-31T12:00:00Z"},
            "13:00",
        ),
        ({"value": "item.a", "split": ","}, {"a": "x, y ,z"}, ["x", "y", "z"]),
        ({"value": "item.a", "split": ",", "take": -1}, {"a": "x, y ,z "}, "z"),
        ({"value": "item.a", "split": ",", "take": 0}, {"a": "x"}, "x"),
        ({"value": "item.a", "split": ",", "take": 3}, {"a": "x,y,z"}, None),
        ({"value": "item.a", "split": ",", "take": -4}, {"a": "x,y,z"}, None),
        ({"value": "item.a", "split": ","}, {"a": 5}, ["5"]),
        ({"value": "item.a", "text": True}, {"a": Decimal("4.390")}, "4.39"),
        ({"value": "item.a", "text": True}, {"a": 123456789012345678901}, "123456789012345678901"),
        ({"value": "item.a", "text": True}, {"a": True}, "true"),
        ({"value": "item.a", "text": True}, {"a": "x"}, "x"),
        ({"value": "item.a", "text": True}, {"a": [1, "x"]}, ["1", "x"]),
        ({"value": "item.a", "text": True}, {"a": None}, None),
        ({"value": "item.a", "default": "goods"}, {}, "goods"),
        ({"value": "item.a", "default": ""}, {}, ""),
        ({"value": "item.a", "default": False}, {}, False),
        ({"value": "item.a", "default": "goods"}, {"a": ""}, ""),
        ({"value": "item.a", "optional": True}, {}, None),
    ],
)
def test_a_form_gives_a_value(form: Any, item: Any, value: Any) -> None:
    assert exact(value_of(form, item)) == exact(value)


@pytest.mark.parametrize(
    ("form", "item", "value"),
    [
        pytest.param(
            {"value": "item.a", "empty": ["A"], "translate": {"A": "goods"}, "default": "none"},
            {"a": "A"},
            "none",
            id="empty before translate",
        ),
        pytest.param(
            {"value": "item.a", "translate": {"A": "works"}, "default": "A"},
            {"a": "B"},
            "A",
            id="default is not translated",
        ),
        pytest.param(
            {"value": "item.a", "translate": {"one": "1"}, "number": True},
            {"a": "one"},
            Decimal(1),
            id="translate before number",
        ),
        pytest.param(
            {"value": "item.a", "number": {"scale": 3}, "time": "epoch_s"},
            {"a": "1769860800000"},
            "2026-01-31T12:00:00.000000Z",
            id="number before time",
        ),
        pytest.param(
            {"value": "item.a", "date": "iso", "split": "-", "take": 0},
            {"a": "20260131"},
            "2026",
            id="date before split",
        ),
        pytest.param(
            {"value": "item.a", "number": True, "text": True},
            {"a": "4.390"},
            "4.39",
            id="number before text",
        ),
        pytest.param(
            {"value": "item.a", "split": "-", "take": 1, "text": True, "default": "none"},
            {"a": "x"},
            "none",
            id="default after all",
        ),
        pytest.param(
            {"join": ["item.a", "item.b"], "empty": ["- -"], "default": "none"},
            {"a": "-", "b": "-"},
            "none",
            id="join before empty",
        ),
    ],
)
def test_the_keys_of_a_form_apply_in_order(form: Any, item: Any, value: Any) -> None:
    assert exact(value_of(form, item)) == exact(value)


@pytest.mark.parametrize(
    ("form", "value", "message"),
    [
        (
            {"value": "item.a", "translate": {"A": "goods"}},
            CANARY,
            "has no entry in translate, and there is no default",
        ),
        (
            {"value": "item.a", "translate": {"A": "goods"}},
            [CANARY],
            "has no entry in translate, and there is no default",
        ),
        ({"value": "item.a", "number": True}, CANARY, "must be a number such as 1234.5"),
        ({"value": "item.a", "number": True}, True, "must be a number such as 1234.5"),
        ({"value": "item.a", "date": "iso"}, CANARY, "must be a date in the format iso"),
        ({"value": "item.a", "time": "epoch_s"}, CANARY, "must be a time in the format epoch_s"),
        (
            {"value": "item.a", "time": "iso", "output": "%H"},
            CANARY,
            "must be a time in the format iso",
        ),
        ({"value": "item.a", "split": ","}, [CANARY], "is a list: split needs a text"),
        ({"value": "item.a", "split": ","}, True, "is true or false: split needs a text"),
        (
            {"value": "item.a", "text": True},
            {"x": CANARY},
            "is an object: must be a text, a number, true or false",
        ),
        (
            {"value": "item.a", "text": True},
            [None],
            "is null: must be a text, a number, true or false",
        ),
        (
            {"join": ["item.a", "item.id"]},
            [CANARY],
            "is a list: must be a text, a number, true or false",
        ),
        ({"id": "item.a"}, None, "is null: must be a text or a number"),
        ({"id": ["item.id", "item.a"]}, "", "part 2 is an empty text: must be a text or a number"),
    ],
)
def test_a_refused_value_is_not_in_the_message(form: Any, value: Any, message: str) -> None:
    mapped = rule(fields={FIELD: form})

    assert failures_by(mapped, payload={"id": "c-1", "a": value}) == [PLACE + message]
