"""Turns what the rules make of payloads into what an expected file holds."""

from collections.abc import Iterable

from entities.base import id_field
from ingestion.cli.mapping.expected_file import (
    Expected,
    ExpectedEvent,
    ExpectedPayload,
    ExpectedRefusal,
)
from ingestion.cli.mapping.trial_result import TriedItem, TriedPayload
from ingestion.event import Event


def record_expected(tried: Iterable[TriedPayload], received_at: str) -> Expected:
    """Return what the payloads of a sample make, as its file expects it."""
    return Expected(received_at=received_at, payloads=[_of_payload(each) for each in tried])


def _of_payload(tried: TriedPayload) -> ExpectedPayload:
    return ExpectedPayload(
        events=[_of_event(each, each.event) for each in tried.items if each.event],
        refused=[_of_refusal(each) for each in tried.items if not each.event],
        ignored=tried.is_ignored,
        answer=tried.answer,
        unmatched=tried.is_unmatched,
        unreadable=tried.payload.problem,
    )


def _of_event(item: TriedItem, event: Event) -> ExpectedEvent:
    id_name = id_field(item.entity_name)
    return ExpectedEvent(
        rule=item.rule,
        item=item.item,
        entity=item.entity_name,
        id=event.subject,
        operation="delete" if event.is_delete else "upsert",
        time=event.time,
        event_id=event.id,
        fields={name: value for name, value in event.data.items() if name != id_name},
    )


def _of_refusal(item: TriedItem) -> ExpectedRefusal:
    return ExpectedRefusal(
        rule=item.rule, item=item.item, entity=item.entity_name, errors=item.errors
    )
