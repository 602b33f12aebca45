"""Finds rules by which a request that someone sends again would win over something newer."""

from collections.abc import Iterable, Iterator

from ingestion.mapping.expressions import BadExpression, compile_expression
from ingestion.mapping.faults.fault import Path, RuleFault
from ingestion.mapping.outcome import rule_name
from ingestion.mapping.rules import EventTimeForm, Rule

_OUTSIDE_THE_BODY = ("headers", "query", "received_at")
_SIGNED = "the source's signature covers the body only, and no time of sending"


def replay_faults(rules: Iterable[Rule]) -> Iterator[RuleFault]:
    """Yield the faults of rules of a source whose requests anyone may send again at any time.

    Each event must have a time of the body. Then a repeat is the same event, or an older one.
    """
    for index, rule in enumerate(rules):
        label = rule_name(index + 1, rule.entity)
        if rule.time is None:
            message = f"{_SIGNED}: add a time of the body, which a request sent again cannot change"
            yield RuleFault(("map", index), f"{label}, time: {message}")
        for path, text in _texts(rule):
            for message in _faults_of_text(text, is_time=path[0] == "time"):
                yield RuleFault(("map", index, *path), f"{label}, {path[0]}: {message}")


def _texts(rule: Rule) -> Iterator[tuple[Path, str]]:
    """Yield the expressions that give the time, and the items that it is read from."""
    if isinstance(rule.time, EventTimeForm):
        yield ("time", "value"), rule.time.value
    elif rule.time is not None:
        yield ("time",), rule.time
    is_list = isinstance(rule.each, list)
    for position, step in enumerate(rule.steps):
        yield ("each", position) if is_list else ("each",), step


def _faults_of_text(text: str, *, is_time: bool) -> Iterator[str]:
    try:
        names = {path[0] for path in compile_expression(text).reads()}
    except BadExpression:
        return  # Another fault of the rule.
    yield from (
        f"reads {name}, but {_SIGNED}: use values of the body"
        for name in _OUTSIDE_THE_BODY
        if name in names
    )
    if is_time and not names:
        yield f"reads nothing of the body, but {_SIGNED}: use a value of the body"
