"""Finds expressions that read what quarantine does not keep, so that a redrive would differ."""

from collections.abc import Iterable, Iterator

from ingestion.mapping.credential_names import may_be_credential
from ingestion.mapping.expressions import BadExpression, compile_expression
from ingestion.mapping.faults.fault import RuleFault
from ingestion.mapping.faults.placed_expressions import PlacedExpression
from ingestion.mapping.language.reads import ANY_FIELD

_KEPT_BY_NAME = {"headers": "headers", "query": "query parameters"}
_OR_REFUSE = "or use on_invalid: refuse"


def kept_value_faults(expressions: Iterable[PlacedExpression]) -> Iterator[RuleFault]:
    """Yield the faults of expressions that a redrive evaluates again."""
    for path, place, text in expressions:
        yield from (RuleFault(path, f"{place}: {message}") for message in _faults_of_text(text))


def _faults_of_text(text: str) -> Iterator[str]:
    try:
        paths = sorted(compile_expression(text).reads())
    except BadExpression:
        return  # Another fault of the rule.
    for part, *names in paths:
        if part not in _KEPT_BY_NAME:
            continue
        if not names or names[0] == ANY_FIELD:
            what = _KEPT_BY_NAME[part]
            yield f"reads all {what}, but quarantine keeps some: name one, {_OR_REFUSE}"
        elif may_be_credential(names[0]):
            yield (
                f"reads {names[0]!r} of {part}, which quarantine does not keep because it may hold"
                f" a credential: read another value, {_OR_REFUSE}"
            )
