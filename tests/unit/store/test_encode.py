from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ingestion.store.encode import to_attribute_value
from ingestion.store.table import Outcome


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", {"S": "text"}),
        ("", {"S": ""}),
        (Outcome.STORED, {"S": "stored"}),
        (True, {"BOOL": True}),
        (False, {"BOOL": False}),
        (0, {"N": "0"}),
        (-7, {"N": "-7"}),
        (Decimal("12.50"), {"N": "12.50"}),
        (Decimal("1.0000000000000000000000000001"), {"N": "1.0000000000000000000000000001"}),
        (None, {"NULL": True}),
        (date(2026, 1, 31), {"S": "2026-01-31"}),
        (["a", 1], {"L": [{"S": "a"}, {"N": "1"}]}),
        ([], {"L": []}),
        ({"a": {"b": True}}, {"M": {"a": {"M": {"b": {"BOOL": True}}}}}),
    ],
    ids=repr,
)
def test_a_value_has_its_attribute_type(value: Any, expected: dict[str, Any]) -> None:
    found = to_attribute_value(value)

    assert found == expected


@pytest.mark.parametrize("value", [1.5, [1.5], {"a": float("nan")}, {1, 2}, b"bytes", object()])
def test_a_value_that_would_lose_something_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no attribute type for"):
        to_attribute_value(value)
