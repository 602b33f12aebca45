"""Lists the expressions of a source's rules and of `ignore`, each with its place."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ingestion.mapping.faults.check import key_names
from ingestion.mapping.faults.fault import Path
from ingestion.mapping.outcome import rule_name
from ingestion.mapping.rule_expressions import expressions_of
from ingestion.mapping.rules import Rule


class PlacedExpression(NamedTuple):
    """An expression, its keys inside the source, and how messages name the place."""

    path: Path
    place: str
    text: str


def placed_expressions(rules: Iterable[Rule], ignore: Sequence[str]) -> Iterator[PlacedExpression]:
    """Yield every expression of the rules and of `ignore`."""
    for index, rule in enumerate(rules):
        label = rule_name(index + 1, rule.entity)
        for keys, text in expressions_of(rule):
            yield PlacedExpression(
                ("map", index, *keys), ", ".join([label, *key_names(keys)]), text
            )
    for index, text in enumerate(ignore):
        path: Path = ("ignore", index) if len(ignore) > 1 else ("ignore",)
        yield PlacedExpression(path, "ignore", text)
