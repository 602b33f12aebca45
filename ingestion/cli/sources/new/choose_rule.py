"""Chooses the items, their id and their time: by options, by questions, or by guesses."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from ingestion.cli.counts import count_of
from ingestion.cli.mapping.payloads import Payloads
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.guesses.find_ids import (
    are_valid_ids,
    best_ids,
    find_enveloped_id,
    find_ids,
    possible_ids,
    unusable_ids,
)
from ingestion.cli.sources.new.guesses.find_lists import elements_of, find_lists, likely_items
from ingestion.cli.sources.new.guesses.find_times import (
    ISO,
    RFC3339,
    ZONE,
    any_format_of,
    find_days,
    find_times,
)
from ingestion.cli.sources.new.guesses.items import WHOLE_PAYLOAD, Items, items_of, values_of
from ingestion.cli.sources.new.guesses.path_values import PathValues
from ingestion.cli.sources.new.questions import Questions
from ingestion.mapping.values.ids import compile_id
from ingestion.mapping.values.value import FAILURES

RECEIPT = "received_at"  # In place of a time: the rule has none.
_SHOWN = 5
_JSON_IN_FORM = (
    "{0} holds JSON: draft from this JSON, saved as a .json file; for a form, then add"
    " `form: {{json: {0}}}` to the entry"
)

Time = str | dict[str, Any]  # An expression, or the keys of a form.


class Identity(NamedTuple):
    """The parts of the id, and the id of the delivery, if the payload has one.

    `others` are what else may be the id, with an example, if the id is a guess that nobody saw.
    """

    parts: list[str]
    event_id: str | None = None
    others: Sequence[str] = ()


def choose_items(
    payloads: Payloads, given: Sequence[str], hints: Collection[str], questions: Questions
) -> Items:
    """Return the items of the payloads. Raises BadDraft if `given` finds none."""
    if given:
        return items_of(payloads, _steps(given))
    contents = [payload.content for payload in payloads.items]
    lists = find_lists(contents, hints)
    guess, *rivals = likely_items(lists, contents, hints)
    if questions.is_asked and lists:
        notes = {path.expression: count_of(len(elements_of(path)), "item") for path in lists}
        notes |= {WHOLE_PAYLOAD: "the payload itself is one item"}
        choices = [(guess, notes.pop(guess)), *notes.items()]
        question = "Where are the items? Each item makes an event."
        guess = questions.choose(question, choices, lambda text: items_of(payloads, _steps([text])))
    elif rivals:
        raise BadDraft(_ambiguous("items", "--each", [guess, *rivals]))
    return items_of(payloads, _steps([guess]))


def _ambiguous(what: str, option: str, candidates: Sequence[str]) -> str:
    shown = ", ".join(f"{option} {each}" for each in candidates[:_SHOWN])
    return f"several parts of the sample may be the {what}: pass one of {shown}"


def _steps(texts: Sequence[str]) -> list[str]:
    return [] if list(texts) == [WHOLE_PAYLOAD] else list(texts)


def choose_id(
    items: Items, given: Sequence[str], hints: Collection[str], questions: Questions
) -> Identity:
    """Return the id of the items. Raises BadDraft if `given` is none, or if there is no guess."""
    if given:
        _check_id(items, given)
        return Identity(list(given))
    named = find_ids(items.paths, hints)
    enveloped = find_enveloped_id(items.paths)
    if enveloped:
        named = [enveloped[1], *(path for path in named if path.keys != enveloped[1].keys)]
    others = [path for path in possible_ids(items.paths) if path not in named]
    if questions.is_asked:
        chosen = _asked_id(items, named, others, questions)
    elif not enveloped and len(best_ids(items.paths, hints)) > 1:
        raise BadDraft(_ambiguous("id", "--id", list(map(_shown, named))))
    elif named:
        chosen = named[0].expression
    else:
        raise BadDraft(_no_id(items, others))
    is_inner = enveloped is not None and chosen == enveloped[1].expression
    event_id = enveloped[0].expression if enveloped and is_inner else None
    unseen = [] if questions.is_asked else named[1:_SHOWN]
    others = [path for path in unseen if path.expression != event_id]
    return Identity([chosen], event_id, list(map(_shown, others)))


def _asked_id(
    items: Items,
    named: Sequence[PathValues],
    others: Sequence[PathValues],
    questions: Questions,
) -> str:
    question = "What is the id of an item? A later event with the same id replaces the entity."
    choices = [*map(_choice, named), *map(_choice, others)]
    return questions.choose(
        question, choices, lambda text: _check_id(items, [text]), has_guess=bool(named)
    )


def _no_id(items: Items, others: Sequence[PathValues]) -> str:
    names = " or ".join(path.expression for path in others[:_SHOWN])
    reasons = unusable_ids(items.paths)
    reasons += [] if all(path.keys for path in items.paths) else ["an item is no object"]
    reasons += [_JSON_IN_FORM.format(*path.keys) for path in items.paths if _holds_json(path)]
    advice = f", such as {names}" if names else ""
    return (
        "no path of the sample has the name of an id (id, key, number, …) and another value in"
        " each item: pass --id EXPRESSION, repeated for an id of several parts"
        + advice
        + "".join(f"; {reason}" for reason in reasons[:_SHOWN])
    )


def _holds_json(path: PathValues) -> bool:
    texts = [value for value in path.values if isinstance(value, str)]
    return len(path.keys) == 1 and bool(texts) and all(text.startswith("{") for text in texts)


def _check_id(items: Items, parts: Sequence[str]) -> None:
    for part in parts:
        if None in values_of("--id", part, items.scopes):
            raise BadDraft(f"--id {part} is null in an item; choose a path that each item has")
    try:
        ids = [compile_id(list(parts)).evaluate(scope) for scope in items.scopes]
    except FAILURES as error:
        raise BadDraft(f"--id {', '.join(parts)}: {error} in each item") from error
    if not are_valid_ids(ids):
        raise BadDraft(f"--id {', '.join(parts)}: a value cannot be an id: see docs/http.md")


def choose_time(
    items: Items, given: str | None, identity: Identity, questions: Questions, *, needed: bool
) -> Time | None:
    """Return the time of the events; None for the time of receipt.

    Raises BadDraft if `given` is no time, or if a time is `needed` and there is no guess.
    """
    if given is not None:
        return _time_form(items, given, needed=needed)
    found = _times(items, identity)
    if questions.is_asked:
        receipt = [] if needed else [(RECEIPT, "the time of receipt")]
        choices = [*map(_choice, found), *receipt, *map(_choice, find_days(items.all_paths))]
        question = "When did the event happen? The newest event of an entity wins."
        chosen = questions.choose(
            question,
            choices,
            lambda text: _time_form(items, text, needed=needed),
            has_guess=bool(found or receipt),
        )
        return _time_form(items, chosen, needed=needed)
    if found:
        return _time_form(items, found[0].expression, needed=needed)
    return _time_form(items, RECEIPT, needed=needed)


def _times(items: Items, identity: Identity) -> list[PathValues]:
    """Return the paths of times, the best first. The time of a delivery is beside its id."""
    beside = identity.event_id or identity.parts[0]
    parent = next((path.keys[:-1] for path in items.paths if path.expression == beside), ())
    found = find_times(items.paths, parent)
    if identity.event_id:
        found.sort(key=lambda path: path.keys[:-1] != parent)
    return [*found, *find_times(items.outer, ())]


def _time_form(items: Items, text: str, *, needed: bool) -> Time | None:
    if text == RECEIPT and needed:
        raise BadDraft(
            "the signature covers no time of sending, so each event needs a time of the body:"
            " pass --time EXPRESSION"
        )
    if text == RECEIPT:
        return None
    values = values_of("--time", text, items.scopes)
    name = None if None in values else any_format_of(values)
    if name is None:
        raise BadDraft(
            f"--time {text}: must be a time in each item: RFC 3339, ISO 8601, or seconds,"
            " milliseconds, microseconds or nanoseconds since 1970; write another format in the"
            " entry later, or pass --time received_at"
        )
    zone = {"zone": ZONE} if name == ISO else {}
    return text if name == RFC3339 else {"value": text, "format": name, **zone}


def _shown(path: PathValues) -> str:
    return f"{path.expression} ({_example(path)})"


def _choice(path: PathValues) -> tuple[str, str]:
    return path.expression, _example(path)


def _example(path: PathValues) -> str:
    return str(path.values[0])[:40]
