"""The expressions of a rule, as the catalog writes them."""

from collections.abc import Iterator

from ingestion.mapping.rules import EventTimeForm, Form, Rule


def expressions_of_rule(rule: Rule) -> Iterator[str]:
    """Yield every expression of a rule except for the steps of `each`."""
    if rule.when is not None:
        yield rule.when
    for parts in (rule.id, rule.event_id):
        yield from as_list(parts)
    yield from _of_time(rule.time)
    if isinstance(rule.operation, Form):
        yield from expressions_of_value(rule.operation)
    for value in rule.fields.values():
        yield from expressions_of_value(value)


def expressions_of_value(value: str | Form) -> list[str]:
    """Return the expressions of a field."""
    if isinstance(value, str):
        return [value]
    given = (value.value, value.first, value.join, value.id)
    return [text for parts in given for text in as_list(parts)]


def as_list(parts: str | list[str] | None) -> list[str]:
    """Return the expressions of a key that is missing, an expression or a list of them."""
    return [parts] if isinstance(parts, str) else parts or []


def _of_time(time: str | EventTimeForm | None) -> list[str]:
    return as_list(time.value if isinstance(time, EventTimeForm) else time)
