"""Finds expressions that read a header with a credential, which is always null."""

from collections.abc import Collection, Iterable, Iterator

from ingestion.mapping.expressions import BadExpression, compile_expression
from ingestion.mapping.faults.fault import RuleFault
from ingestion.mapping.faults.placed_expressions import PlacedExpression


def hidden_header_faults(
    expressions: Iterable[PlacedExpression], hidden: Collection[str]
) -> Iterator[RuleFault]:
    """Yield the faults of expressions that read one of the `hidden` headers, in lower case."""
    for path, place, text in expressions:
        try:
            reads = sorted(compile_expression(text).reads())
        except BadExpression:
            continue  # Another fault of the rule.
        for read in reads:
            if read[:1] == ("headers",) and read[1:2] and read[1] in hidden:
                reason = "which is always null, because it holds a credential or the signature"
                yield RuleFault(
                    path, f"{place}: reads {read[1]!r} of headers, {reason}: read another value"
                )
