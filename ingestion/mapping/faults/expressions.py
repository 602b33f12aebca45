"""Finds expressions that do not compile."""

import re
from collections.abc import Iterator

from ingestion.mapping.expressions import BadExpression, compile_expression
from ingestion.mapping.faults.fault import Path, RuleFault

_WORD = re.compile(r"[\w-]+")


def expression_fault(path: Path, text: str) -> Iterator[RuleFault]:
    """Yield the fault of an expression that does not compile."""
    try:
        compile_expression(text)
    except BadExpression as error:
        is_word = path[0] == "fields" and _WORD.fullmatch(text)
        hint = f"; write {{const: {text}}} for a constant" if is_word else ""
        yield RuleFault(path, f"position {error.position} of {text!r}: {error.reason}{hint}")
