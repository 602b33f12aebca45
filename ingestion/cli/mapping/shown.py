"""Prints what the rules of a source make of payloads, as tables and as JSON."""

from collections.abc import Iterable, Iterator
from typing import Any

import simplejson

from ingestion.cli.exact_numbers import write_exact_json
from ingestion.cli.mapping.coverage import Coverage
from ingestion.cli.mapping.trial import TriedItem, TriedPayload
from ingestion.cli.tables import Content, Record, Whole

_SHOWN_CHARACTERS = 300  # Of a payload. JSON shows all of it.


def contents_of(tried: Iterable[TriedPayload]) -> Iterator[Content | Record]:
    """Yield the tables: each payload, its events with their fields, and why items are refused."""
    for index, payload in enumerate(tried):
        yield Record([("payload", index), ("content", _short(payload.payload.document))])
        if problem := payload.payload.problem:
            yield Record([("not readable", problem)])
        elif payload.is_ignored:
            yield Record([("ignored", "an expression of `ignore` is true")])
        elif payload.is_unmatched:
            yield Record([("unmatched", "no rule makes an event, and `ignore` is not true")])
        for item in payload.items:
            yield from _contents_of_item(item)


def _contents_of_item(item: TriedItem) -> Iterator[Content | Record]:
    yield Record(_summary(item))
    rows = [
        (field, text_of(value), item.given_by.fields.get(field, ""))
        for field, value in item.fields.items()
    ]
    yield [Whole("field"), "value", "expression"], rows


def _summary(item: TriedItem) -> Iterator[tuple[str, Any]]:
    yield "rule", f"{item.rule} ({item.entity_name}), item {item.item}"
    if item.mapped:
        mapped = item.mapped
        yield "event", f"{mapped.operation} {mapped.entity_name} {mapped.entity_id}"
        yield "time", f"{item.time} ({item.given_by.time})"
        yield "event_id", mapped.event_id
    yield "valid", f"no: {item.rejection.detail}" if item.rejection else "yes"


def text_of(value: Any) -> str:
    """Return a text unchanged, and another value as JSON with exact numbers."""
    return value if isinstance(value, str) else write_exact_json(value)


def _short(document: Any) -> str:
    text = text_of(document)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
