"""The faults of a source's rules, its handshake, and its signature together with its rules."""

from collections.abc import Iterator

from ingestion.catalog import Source
from ingestion.mapping.faults.check import RuleFault, rule_faults
from ingestion.mapping.faults.expressions import expression_fault
from ingestion.mapping.faults.kept_values import kept_value_faults
from ingestion.mapping.faults.replays import replay_faults

_NO_CHOICE = (
    "a sender of webhooks does not read which of its events were refused: add on_invalid:"
    " quarantine, or on_invalid: refuse"
)


def faults_of_source(name: str, source: Source) -> Iterator[RuleFault]:
    """Yield the faults that only the rules show. Paths are inside the source."""
    yield from rule_faults(name, source.map, source.ignored, source.entities)
    if isinstance(source.signature, str) and "on_invalid" not in source.model_fields_set:
        yield RuleFault(("signature",), f"signature: {_NO_CHOICE}")
    if source.auth == "hmac" and not source.scheme.signs_timestamp:
        yield from replay_faults(source.map, source.scheme.id_header)
    if source.has_quarantine:
        yield from kept_value_faults(source.map, source.ignored)
    if source.handshake:
        yield from _faults_of_expression(source.handshake.when, "when")
        for key, text in source.handshake.answer.items():
            yield from _faults_of_expression(text, "answer", key)


def _faults_of_expression(text: str, *keys: str) -> Iterator[RuleFault]:
    """Yield the fault of an expression of the handshake, which has these keys."""
    for place, message in expression_fault(("handshake", *keys), text):
        yield RuleFault(place, f"{'.'.join(('handshake', *keys))}: {message}")
