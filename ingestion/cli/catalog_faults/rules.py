"""The faults of a source's rules, its handshake, and its signature together with its rules."""

from collections.abc import Iterator

from ingestion.catalog import Source
from ingestion.mapping.faults.check import RuleFault, rule_faults
from ingestion.mapping.faults.expressions import expression_fault
from ingestion.mapping.faults.replays import replay_faults


def faults_of_source(name: str, source: Source) -> Iterator[RuleFault]:
    """Yield the faults that only the rules show. Paths are inside the source."""
    yield from rule_faults(name, source.map, source.ignored, source.entities)
    if source.auth == "hmac" and not source.scheme.signs_timestamp:
        yield from replay_faults(source.map)
    if source.handshake:
        yield from _faults_of_expression(source.handshake.when, "when")
        for key, text in source.handshake.answer.items():
            yield from _faults_of_expression(text, "answer", key)


def _faults_of_expression(text: str, *keys: str) -> Iterator[RuleFault]:
    """Yield the fault of an expression of the handshake, which has these keys."""
    for place, message in expression_fault(("handshake", *keys), text):
        yield RuleFault(place, f"{'.'.join(('handshake', *keys))}: {message}")
