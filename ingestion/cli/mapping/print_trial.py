"""Prints what the rules of a source make of payloads, as tables and as JSON."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import simplejson
from rich.text import Text

from entities.base import id_field
from ingestion.cli.exact_numbers import write_exact_json
from ingestion.cli.mapping.trial_result import TriedItem, TriedPayload
from ingestion.cli.options import Output
from ingestion.cli.output import console, printable_json
from ingestion.cli.start.columns import Whole
from ingestion.cli.tables import Content, Record, new_console, print_contents
from ingestion.errors import printable

_RECEIPT = "the time of receipt"
_DEFAULT_ID = "the default"
_SHOWN_CHARACTERS = 300  # Of a payload. JSON shows all of it.


def print_tried(
    output: Output,
    source: str,
    received_at: str,
    tried: Sequence[TriedPayload],
    unread: list[str] | None,
) -> None:
    """Print what the rules make of payloads, and how many events there are.

    Only JSON holds the paths that no rule reads.
    """
    if output == "json":
        document = {
            "source": source,
            "received_at": received_at,
            "payloads": [_document(index, each) for index, each in enumerate(tried)],
        }
        if unread is not None:
            document["unread"] = unread
        text = simplejson.dumps(document, indent=2, ensure_ascii=False)
        sys.stdout.write(printable_json(text) + "\n")
    else:
        print_contents(contents_of(tried))
    console.print(_totals(tried))


def _totals(tried: Sequence[TriedPayload]) -> str:
    items = [item for payload in tried for item in payload.items]
    counts = {
        "payload" if len(tried) == 1 else "payloads": len(tried),
        "valid": sum(item.event is not None for item in items),
        "refused": sum(item.event is None for item in items),
        "ignored": sum(payload.is_ignored for payload in tried),
        "answered": sum(payload.answer is not None for payload in tried),
        "unmatched": sum(payload.is_unmatched for payload in tried),
        "not readable": sum(payload.payload.problem is not None for payload in tried),
    }
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "no payload"


def print_coverage(paths: int, unread: Sequence[str]) -> None:
    """Print the paths of the payloads that no rule reads."""
    shown = new_console()
    if unread:
        shown.print("No rule reads:")
    for path in unread:
        shown.print(Text(f"  {printable(path)}", no_wrap=True, overflow="ignore"), crop=False)
    console.print(f"The rules read {paths - len(unread)} of {paths} paths.")


def _document(index: int, tried: TriedPayload) -> dict[str, Any]:
    return {
        "index": index,
        "payload": tried.payload.document,
        "ignored": tried.is_ignored,
        "answer": tried.answer,
        "unmatched": tried.is_unmatched,
        "unreadable": tried.payload.problem,
        "items": [_document_of_item(item) for item in tried.items],
    }


def _document_of_item(item: TriedItem) -> dict[str, Any]:
    errors = item.rejection.error_documents() if item.rejection else []
    document = {"rule": item.rule, "item": item.item, "entity": item.entity_name}
    if mapped := item.mapped:
        document |= {
            "id": mapped.entity_id,
            "operation": mapped.operation,
            "time": item.time,
            "event_id": mapped.event_id,
            "fields": item.fields,
            "from": origins_of(item),
        }
    return document | {"valid": not errors, "errors": errors}


def contents_of(tried: Iterable[TriedPayload]) -> Iterator[Content | Record]:
    """Yield the tables: each payload, its events with their fields, and why items are refused."""
    for index, payload in enumerate(tried):
        yield Record([("payload", index), ("content", _short(payload.payload.document))])
        if outcome := outcome_of(payload):
            yield Record([outcome])
        for item in payload.items:
            yield from _contents_of_item(item)


def outcome_of(tried: TriedPayload) -> tuple[str, str] | None:
    """Return what a payload without events is, and why; None if the payload has items."""
    if problem := tried.payload.problem:
        return "not readable", problem
    if tried.is_ignored:
        return "ignored", "an expression of `ignore` is true"
    if tried.answer:
        return "handshake", f"is answered with {write_exact_json(tried.answer)}"
    if tried.is_unmatched:
        return "unmatched", "no rule makes an event, and `ignore` is not true"
    return None


def _contents_of_item(item: TriedItem) -> Iterator[Content | Record]:
    yield Record(summary_of(item))
    yield [Whole("field"), "value", "expression"], field_rows(item)


def field_rows(item: TriedItem) -> list[tuple[str, str, Any]]:
    """Return each field of an event with its value, and the expression that gave the value."""
    given_by = origins_of(item)["fields"]
    return [(field, text_of(value), given_by.get(field)) for field, value in item.fields.items()]


def summary_of(item: TriedItem) -> Iterator[tuple[str, Any]]:
    """Yield what an item is, which event it makes, and why the event is not valid."""
    yield "item", f"{item.item} of {item.rule_name}"
    if item.mapped:
        mapped = item.mapped
        yield "event", f"{mapped.operation} {mapped.entity_name} {mapped.entity_id}"
        yield "time", f"{item.time or 'none'} ({origins_of(item)['time']})"
        yield "event_id", mapped.event_id
    yield "valid", f"no: {'; '.join(item.errors)}" if item.errors else "yes"


def origins_of(item: TriedItem) -> dict[str, Any]:
    """Return what gave the event its time, its id and its fields: expressions, or words."""
    given_by = item.provenance
    if given_by is None or item.mapped is None:
        return {"time": None, "event_id": None, "fields": {}}
    id_name = id_field(item.mapped.entity_name)
    return {
        "time": given_by.time or _RECEIPT,
        "event_id": given_by.event_id or _DEFAULT_ID,
        "fields": {id_name: given_by.id, **given_by.fields},
    }


def text_of(value: Any) -> str:
    """Return a text unchanged, and another value as JSON with exact numbers."""
    return value if isinstance(value, str) else write_exact_json(value)


def _short(document: Any) -> str:
    text = text_of(document)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
