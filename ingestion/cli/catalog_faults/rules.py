"""The faults of a source's rules, its handshake, and its signature together with its rules."""

from collections.abc import Iterator

from ingestion.catalog import Signature, Source
from ingestion.mapping.credential_names import HIDDEN_HEADERS
from ingestion.mapping.faults.check import RuleFault, rule_faults
from ingestion.mapping.faults.expressions import expression_fault
from ingestion.mapping.faults.hidden_headers import hidden_header_faults
from ingestion.mapping.faults.kept_values import kept_value_faults
from ingestion.mapping.faults.placed_expressions import PlacedExpression, placed_expressions
from ingestion.mapping.faults.replays import replay_faults

_NO_CHOICE = (
    "a sender of webhooks does not read which of its events were refused: add on_invalid:"
    " quarantine, or on_invalid: refuse"
)


def faults_of_source(name: str, source: Source) -> Iterator[RuleFault]:
    """Yield the faults that only the rules show. Paths are inside the source."""
    yield from rule_faults(name, source.map, source.ignored, source.entities)
    if source.auth == "hmac":
        yield from _signature_faults(source)
    hidden = [*hidden_header_faults(_expressions_of(source), _hidden_headers(source))]
    yield from hidden
    if source.has_quarantine:
        paths = {fault.path for fault in hidden}
        # A redrive asks whether a request is a handshake. It does not answer.
        read_again = (each for each in _expressions_of(source) if "answer" not in each.path)
        kept = kept_value_faults(read_again)
        yield from (fault for fault in kept if fault.path not in paths)
    for path, place, text in _handshake_expressions(source):
        for _, message in expression_fault(path, text):
            yield RuleFault(path, f"{place}: {message}")


def _signature_faults(source: Source) -> Iterator[RuleFault]:
    form, signs_timestamp = source.signature, source.scheme.signs_timestamp
    if "on_invalid" not in source.model_fields_set:
        key = "auth" if form is None else "signature"
        yield RuleFault((key,), f"{key}: {_NO_CHOICE}")
    has_tolerance = isinstance(form, Signature) and "tolerance_seconds" in form.model_fields_set
    if has_tolerance and not signs_timestamp:
        path = ("signature", "tolerance_seconds")
        message = "needs {timestamp} in signed: remove it, or sign the time"
        yield RuleFault(path, f"{'.'.join(path)} {message}")
    if not signs_timestamp:
        yield from replay_faults(source.map, source.scheme.id_header)


def _hidden_headers(source: Source) -> frozenset[str]:
    signature = {source.scheme.header.lower()} if source.auth == "hmac" else frozenset()
    return HIDDEN_HEADERS | signature


def _expressions_of(source: Source) -> Iterator[PlacedExpression]:
    yield from placed_expressions(source.map, source.ignored)
    yield from _handshake_expressions(source)


def _handshake_expressions(source: Source) -> Iterator[PlacedExpression]:
    if source.handshake:
        yield PlacedExpression(("handshake", "when"), "handshake.when", source.handshake.when)
        for key, text in source.handshake.answer.items():
            yield PlacedExpression(("handshake", "answer", key), f"handshake.answer.{key}", text)
