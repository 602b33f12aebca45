"""The constants of rules that their field refuses."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.mapping.checked import DEADLINE, VALID, faults, faults_of_field
from tests.unit.mapping.mapped import rule

TYPES = "must be goods, works or services"


@pytest.mark.parametrize(
    ("field", "form", "keys", "message"),
    [
        (
            "contract_type",
            {"const": "good"},
            ("const",),
            f"'good' is refused: {TYPES}; did you mean \"goods\"?",
        ),
        (
            "contract_type",
            {"value": "item.a", "translate": {"G": "goods", "W": "work"}},
            ("translate", "W"),
            f"'work' is refused: {TYPES}; did you mean \"works\"?",
        ),
        (
            "contract_type",
            {"value": "item.a", "default": True},
            ("default",),
            f"true is refused: {TYPES}",
        ),
        (
            "contract_name",
            {"const": 5},
            ("const",),
            "5 is refused: must be text: put a number, true, false or null in quotes",
        ),
        (
            "end_date",
            {"value": "item.a", "default": "31.01.2026"},
            ("default",),
            "'31.01.2026' is refused: must be a date as YYYY-MM-DD",
        ),
        (
            "end_date",
            {"value": "item.a", "translate": {"never": "soon"}, "date": "iso"},
            ("translate", "never"),
            "'soon' is refused: must be a date in the format iso",
        ),
        (
            "contract_id",
            {"value": "item.a", "default": "a#b"},
            ("default",),
            "'a#b' is refused: must not contain '#', which separates entity name and id in the"
            " table",
        ),
        (
            "contract_name",
            {"const": Decimal("1.2345678901234567890")},
            ("const",),
            "1.2345678901234567890 has too many digits: put it in quotes",
        ),
    ],
)
def test_a_constant_that_the_field_refuses(field: str, form: Any, keys: Any, message: str) -> None:
    if field == "contract_id":
        (fault,) = faults(rule(entity="MILESTONE", fields=DEADLINE | {field: form}))
    else:
        (fault,) = faults_of_field(form, field)

    assert fault.path == ("map", 0, "fields", field, *keys)
    assert fault.message.endswith(f"), {'.'.join((field, *keys))}: {message}")


@pytest.mark.parametrize(
    ("field", "form"),
    [
        ("end_date", {"value": "item.a", "default": "2026-01-31"}),
        ("end_date", {"value": "item.a", "translate": {"x": None, "y": "2026-01-31"}}),
        ("end_date", {"const": "31.01.2026", "date": "%d.%m.%Y"}),
        ("end_date", {"value": "item.a", "translate": {"x": "31.01.2026"}, "date": "%d.%m.%Y"}),
        (
            "contract_type",
            {"const": "goods;x", "split": ";", "take": 0},
        ),
        ("contract_name", {"const": 5, "text": True}),
        ("contract_name", {"const": "x", "translate": {"x": "y"}}),
    ],
)
def test_a_constant_passes_the_changes_that_follow(field: str, form: Any) -> None:
    assert faults_of_field(form, field) == []


@pytest.mark.parametrize(
    ("form", "keys"),
    [
        ({"const": "remove"}, ("const",)),
        ({"value": "item.op", "translate": {"D": "remove"}}, ("translate", "D")),
        ({"value": "item.op", "default": "update"}, ("default",)),
    ],
)
def test_a_constant_that_is_no_operation(form: Any, keys: Any) -> None:
    (fault,) = faults(rule(operation=form, fields=VALID))

    assert fault.path == ("map", 0, "operation", *keys)
    assert "is refused: must be upsert or delete" in fault.message
