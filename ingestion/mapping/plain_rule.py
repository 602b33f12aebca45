"""Rules that take each value as it is from a field of the payload. They need no interpreter."""

from collections.abc import Iterator
from typing import NamedTuple

from ingestion.mapping.expressions import compile_expression
from ingestion.mapping.rules import EventTimeForm, Rule

_NAMES = ("item", "payload")  # Without `each` they are the same.


class PlainRule(NamedTuple):
    """The names in the payload that give a rule's id, its time and its fields."""

    id: tuple[str, ...]
    time: str | None
    fields: dict[str, str]


def plain_rule(rule: Rule) -> PlainRule | None:
    """Return the names, or None if the rule does more than to take values as they are."""
    does_more = (rule.each, rule.when, rule.event_id) != (None,) * 3 or rule.operation != "upsert"
    time = rule.time.value if isinstance(rule.time, EventTimeForm) else rule.time
    fields = {name: value for name, value in rule.fields.items() if isinstance(value, str)}
    if does_more or len(fields) < len(rule.fields):
        return None
    parts = [rule.id] if isinstance(rule.id, str) else rule.id
    texts = [*parts, *filter(None, [time]), *fields.values()]
    names = list(_names_in_payload(texts))
    if len(names) < len(texts):
        return None
    return PlainRule(
        tuple(names[: len(parts)]),
        names[len(parts)] if time else None,
        dict(zip(fields, names[len(names) - len(fields) :], strict=True)),
    )


def _names_in_payload(texts: list[str]) -> Iterator[str]:
    for text in texts:
        path = compile_expression(text).path
        if len(path) == 2 and path[0] in _NAMES:
            yield path[1]
