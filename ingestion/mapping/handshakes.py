"""Answers the request by which a sender asks whether a path is the receiver's."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from ingestion.mapping.expressions import Expression, compile_expression
from ingestion.mapping.items.scope import payload_scope
from ingestion.mapping.language.plain import is_true
from ingestion.mapping.outcome import Origin

_compiled: Any = cache(compile_expression)  # Only the expressions of the catalog come here.


def answer_handshake(
    when: str, answer: Mapping[str, str], payload: Any, origin: Origin
) -> dict[str, Any] | None:
    """Return the answer's fields, or None if the payload is no handshake.

    Raises one of `values.value.FAILURES` if an expression fails.
    """
    scope = payload_scope(payload, origin)
    condition: Expression = _compiled(when)
    if not is_true(condition.evaluate(scope)):
        return None
    return {name: _compiled(text).evaluate(scope) for name, text in answer.items()}
