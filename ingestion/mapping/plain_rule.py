"""Rules that take each value as it is from a field of the payload. They need no interpreter."""

from typing import NamedTuple

from ingestion.mapping.expressions import compile_expression
from ingestion.mapping.rules import Rule


class PlainRule(NamedTuple):
    """The names in the payload that give a rule's id, its time and its fields."""

    id: tuple[str, ...]
    time: str | None
    fields: dict[str, str]


def plain_rule(rule: Rule) -> PlainRule | None:
    """Return the names, or None if the rule does more than to take values as they are."""
    does_more = (rule.each, rule.when, rule.event_id) != (None,) * 3 or rule.operation != "upsert"
    fields = {name: value for name, value in rule.fields.items() if isinstance(value, str)}
    if does_more or len(fields) < len(rule.fields):
        return None
    ids, times = rule.id_parts, [rule.time_form.value] if rule.time_form else []
    texts = [*ids, *times, *fields.values()]
    names = [name for text in texts if (name := compile_expression(text).payload_field) is not None]
    if len(names) < len(texts):
        return None
    return PlainRule(
        tuple(names[: len(ids)]),
        names[len(ids)] if times else None,
        dict(zip(fields, names[len(names) - len(fields) :], strict=True)),
    )
