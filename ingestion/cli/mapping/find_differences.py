"""Says how what the rules make of a sample differs from what its file expects."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from entities.values import to_text
from ingestion.cli.exact_numbers import write_exact_json
from ingestion.cli.mapping.expected_file import (
    Expected,
    ExpectedEvent,
    ExpectedPayload,
    ExpectedRefusal,
)

_Item = ExpectedEvent | ExpectedRefusal


def find_differences(expected: Expected, found: Expected) -> list[str]:
    """Return a line for each difference: payload, rule, item and field, expected and found."""
    lines: list[str] = []
    pairs = zip_longest(expected.payloads, found.payloads)
    for index, (wanted, made) in enumerate(pairs):
        if made is None:
            lines.append(f"payload {index}: expected, not found")
        elif wanted is None:
            lines.append(f"payload {index}: found, not expected")
        else:
            lines += (f"payload {index}: {line}" for line in _of_payload(wanted, made))
    return lines


def _of_payload(wanted: ExpectedPayload, made: ExpectedPayload) -> Iterator[str]:
    for name in ("ignored", "answer", "unmatched", "unreadable"):
        yield from _of_value(name, getattr(wanted, name), getattr(made, name))
    yield from _of_items("event", wanted.events, made.events)
    yield from _of_items("refusal", wanted.refused, made.refused)


def _of_items(noun: str, wanted: Sequence[_Item], made: Sequence[_Item]) -> Iterator[str]:
    before, after = ({item.name: item for item in items} for items in (wanted, made))
    for name in {**before, **after}:
        if name not in after:
            yield f"{name}: this {noun} is expected, not found"
        elif name not in before:
            yield f"{name}: this {noun} is found, not expected{_reason(after[name])}"
        else:
            yield from (f"{name}: {line}" for line in _of_item(before[name], after[name]))


def _reason(item: _Item) -> str:
    return f": {'; '.join(item.errors)}" if isinstance(item, ExpectedRefusal) else ""


def _of_item(wanted: _Item, made: _Item) -> Iterator[str]:
    if isinstance(wanted, ExpectedRefusal) and isinstance(made, ExpectedRefusal):
        yield from _of_value("errors", wanted.errors, made.errors)
    if isinstance(wanted, ExpectedEvent) and isinstance(made, ExpectedEvent):
        for name in ("id", "operation", "time", "event_id"):
            yield from _of_value(name, getattr(wanted, name), getattr(made, name))
        for field in {**wanted.fields, **made.fields}:
            yield from _of_value(field, wanted.fields.get(field), made.fields.get(field))


def _of_value(name: str, wanted: Any, made: Any) -> Iterator[str]:
    shown, found = _shown(wanted), _shown(made)
    if shown != found:
        yield f"{name}: expected {shown}, found {found}"


def _shown(value: Any) -> str:
    """Return the one JSON text of a value. Equal numbers have equal texts."""
    return "nothing" if value is None else write_exact_json(_with_plain_numbers(value))


def _with_plain_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_plain_numbers(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_plain_numbers(each) for each in value]
    if isinstance(value, float | int | Decimal) and not isinstance(value, bool):
        return Decimal(to_text(value))
    return value
