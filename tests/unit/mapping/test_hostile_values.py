"""No value of a payload breaks the mapping of another item, or appears in a message."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories import CANARY
from tests.unit.mapping.mapped import failures_in, map_by, rule

FORMS: list[dict[str, Any]] = [
    {"value": "item.v"},
    {"first": ["item.v", "item.w"]},
    {"join": ["item.v", "item.w"], "with": "-"},
    {"id": ["item.v", "item.w"]},
    {"value": "item.v", "empty": ["", "0"], "translate": {"a": "b"}},
    {"value": "item.v", "translate": {"a": "b"}, "default": "c"},
    {"value": "item.v", "number": True},
    {"value": "item.v", "number": {"decimal": ",", "scale": 2, "trailing_minus": True}},
    {"value": "item.v", "date": ["iso", "%d.%m.%Y"], "zone": "Europe/Berlin"},
    {"value": "item.v", "time": ["rfc3339", "epoch_s", "epoch_ns"]},
    {"value": "item.v", "time": "epoch_ms", "output": "%H:%M"},
    {"value": "item.v", "split": ",", "take": 1},
    {"value": "item.v", "split": ",", "text": True},
    {"value": "item.v", "text": True},
]
TEXTS = st.sampled_from(["", CANARY, f"{CANARY},2026-01-31", "a", "\0", "\ud800", "2026-01-31"])
NUMBERS = st.sampled_from(
    [0, -1, 10**30, 10**4_299, *map(Decimal, ("4.39", "-0.0", "1E+999999", "1E-999999", "1E400"))]
)
VALUES = st.recursive(
    st.none() | st.booleans() | TEXTS | NUMBERS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


@given(VALUES, VALUES, st.sampled_from(FORMS))
def test_a_value_fails_only_its_own_item(v: Any, w: Any, form: dict[str, Any]) -> None:
    mapped = rule(each="payload.rows", fields={"contract_name": form})
    rows = [{"id": "c-1", "v": v, "w": w}, {"id": "c-2", "v": "2026-01-31", "w": "a"}]

    results = map_by(mapped, payload={"rows": rows}).results

    alone = map_by(mapped, payload={"rows": [None, *rows[1:]]}).results
    assert [result.item for result in results] == [0, 1]
    assert type(results[1]) is type(alone[0])
    assert CANARY not in "".join(failures_in(results))


@given(VALUES)
def test_a_value_of_any_kind_may_be_an_id_a_time_or_a_condition(value: Any) -> None:
    rules = [
        rule(id="item.v", event_id="item.v"),
        rule(id="'c-1'", time="item.v"),
        rule(id="'c-2'", time={"value": "item.v", "format": ["epoch_us", "date"], "zone": "UTC"}),
        rule(id="'c-3'", when="item.v", operation={"value": "item.v"}),
        rule(each="payload.v", id="item", time="'2026-01-31T12:00:00Z'"),
    ]

    results = map_by(*rules, payload={"v": value}, ignore=("payload.v.x",)).results

    assert CANARY not in "".join(failures_in(results))


def test_a_sum_that_is_too_long_for_a_text_fails_its_items() -> None:
    numbers = rule(fields={"contract_name": "sum(item.numbers)"})
    payload = {"id": "c-1", "numbers": [10**4_300 - 1, 1]}

    assert failures_in(map_by(numbers, numbers, payload=payload).results) == [
        f"rule {number} (CONTRACT), contract_name: sum() has no exact result" for number in (1, 2)
    ]
