from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from ingestion.store.attributes import from_item, to_attribute_value
from ingestion.store.table import Outcome


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", {"S": "text"}),
        ("", {"S": ""}),
        (Outcome.STORED, {"S": "EventStored"}),
        (True, {"BOOL": True}),
        (False, {"BOOL": False}),
        (0, {"N": "0"}),
        (-7, {"N": "-7"}),
        (Decimal("12.50"), {"N": "12.50"}),
        (Decimal("1.0000000000000000000000000001"), {"N": "1.0000000000000000000000000001"}),
        (None, {"NULL": True}),
        (date(2026, 1, 31), {"S": "2026-01-31"}),
        (datetime(2026, 1, 31, 10, tzinfo=UTC), {"S": "2026-01-31T10:00:00.000000Z"}),
        (
            [datetime(2026, 1, 31, 12, 0, 0, 5, timezone(timedelta(hours=2))), None],
            {"L": [{"S": "2026-01-31T10:00:00.000005Z"}, {"NULL": True}]},
        ),
        ([True, [Decimal("0.10")]], {"L": [{"BOOL": True}, {"L": [{"N": "0.10"}]}]}),
        (["a", 1], {"L": [{"S": "a"}, {"N": "1"}]}),
        ([], {"L": []}),
        ({"a": {"b": True}}, {"M": {"a": {"M": {"b": {"BOOL": True}}}}}),
    ],
    ids=repr,
)
def test_a_value_is_stored_with_its_attribute_type(value: Any, expected: dict[str, Any]) -> None:
    found = to_attribute_value(value)

    assert found == expected


@pytest.mark.parametrize("value", [1.5, [1.5], {"a": float("nan")}, object()])
def test_a_value_that_cannot_be_stored_exactly_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        to_attribute_value(value)


@pytest.mark.parametrize("photo", [b"\xff", "/w=="], ids=["from boto3", "in an event of Lambda"])
def test_an_item_is_read_as_plain_json_with_exact_numbers_as_text(photo: bytes | str) -> None:
    item = {
        "name": {"S": "text"},
        "flag": {"BOOL": True},
        "count": {"N": "12"},
        "price": {"N": "12.50"},
        "photo": {"B": photo},
        "photos": {"BS": [photo]},
        "tags": {"SS": ["b", "a"]},
        "nested": {"M": {"list": {"L": [{"N": "0.1"}, {"NULL": True}, {"B": photo}]}}},
    }

    found = from_item(item)

    assert found == {
        "count": "12",
        "flag": True,
        "name": "text",
        "nested": {"list": ["0.1", None, "/w=="]},
        "photo": "/w==",
        "photos": ["/w=="],
        "price": "12.5",
        "tags": ["a", "b"],
    }
    assert list(found) == sorted(item)
