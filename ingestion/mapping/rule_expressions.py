"""Lists the expressions and the forms of a rule, each with its keys."""

from collections.abc import Iterator, Sequence

from ingestion.mapping.rules import EventTimeForm, Form, Rule

Keys = tuple[str | int, ...]  # Inside the rule, such as `fields`, `end_date`, `first`, 0.


def expressions_of(rule: Rule) -> Iterator[tuple[Keys, str]]:
    """Yield every expression of a rule, with its keys inside the rule."""
    for key in ("each", "when", "id", "event_id"):
        yield from _texts((key,), getattr(rule, key))
    for path, form in forms_of(rule):
        for key in ("value", "first", "join", "id"):
            yield from _texts((*path, key), getattr(form, key))
    if isinstance(rule.time, EventTimeForm):
        yield ("time", "value"), rule.time.value
    else:
        yield from _texts(("time",), rule.time)
    for name, value in rule.fields.items():
        if isinstance(value, str):
            yield ("fields", name), value


def forms_of(rule: Rule) -> Iterator[tuple[Keys, Form]]:
    """Yield every form of a rule, with its keys inside the rule."""
    if isinstance(rule.operation, Form):
        yield ("operation",), rule.operation
    for name, value in rule.fields.items():
        if isinstance(value, Form):
            yield ("fields", name), value


def _texts(path: Keys, texts: str | Sequence[str] | None) -> Iterator[tuple[Keys, str]]:
    if isinstance(texts, str):
        yield path, texts
    elif texts:
        yield from (((*path, index), text) for index, text in enumerate(texts))
