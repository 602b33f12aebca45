"""Maps payloads by rules that are written as YAML holds them."""

from typing import Any

from ingestion.mapping.compiled import compile_rules
from ingestion.mapping.outcome import FailedItem, MappedEvent, MappedPayload, Origin, located
from ingestion.mapping.rules import Rule
from tests.unit.mapping.scopes import RECEIVED_AT

ORIGIN = Origin(RECEIVED_AT)


def rule(**keys: Any) -> Rule:
    return Rule.model_validate({"entity": "CONTRACT", "id": "item.id", **keys})


def map_by(
    *rules: Rule, payload: Any, ignore: tuple[str, ...] = (), origin: Origin = ORIGIN, **limits: Any
) -> MappedPayload:
    return compile_rules("sap", rules, ignore).map_payload(payload, origin, **limits)


def events_by(*rules: Rule, payload: Any, **options: Any) -> list[MappedEvent]:
    results = map_by(*rules, payload=payload, **options).results
    events = [result for result in results if isinstance(result, MappedEvent)]
    assert len(events) == len(results), failures_in(results)
    return events


def failures_in(results: list[MappedEvent | FailedItem]) -> list[str]:
    failures = [result for result in results if isinstance(result, FailedItem)]
    return [located(failed, failed.rejection).detail for failed in failures]


def failures_by(*rules: Rule, payload: Any, **options: Any) -> list[str]:
    return failures_in(map_by(*rules, payload=payload, **options).results)
