"""Chooses the records, their id and their time: by options, by questions, or by guesses."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from ingestion.cli.mapping.payloads import Payloads
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.guesses.find_ids import (
    are_valid_ids,
    find_enveloped_id,
    find_ids,
    possible_ids,
)
from ingestion.cli.sources.new.guesses.find_lists import elements_of, find_lists, main_list
from ingestion.cli.sources.new.guesses.find_times import (
    ISO,
    RFC3339,
    ZONE,
    any_format_of,
    find_times,
)
from ingestion.cli.sources.new.guesses.leaves import Leaf
from ingestion.cli.sources.new.guesses.records import WHOLE_PAYLOAD, Records, records_of, values_of
from ingestion.cli.sources.new.questions import Questions
from ingestion.mapping.values.ids import compile_id
from ingestion.mapping.values.value import FAILURES

RECEIPT = "received_at"  # In place of a time: the rule has none.
_SHOWN = 5

Time = str | dict[str, Any]  # An expression, or the keys of a form.


class Identity(NamedTuple):
    """The parts of the id, and the id of the delivery, if the payload has one."""

    parts: list[str]
    event_id: str | None = None


def choose_records(
    payloads: Payloads, given: Sequence[str], hints: Collection[str], questions: Questions
) -> Records:
    """Return the records of the payloads. Raises BadDraft if `given` finds none."""
    if given:
        return records_of(payloads, _steps(given))
    contents = [payload.content for payload in payloads.items]
    main = main_list(contents, hints)
    guess = main.expression if main else WHOLE_PAYLOAD
    lists = find_lists(contents, hints)
    if questions.is_asked and lists:
        notes = {leaf.expression: _count(elements_of(leaf)) for leaf in lists}
        notes |= {WHOLE_PAYLOAD: "the payload itself is one record"}
        choices = [(guess, notes.pop(guess)), *notes.items()]
        question = "Where are the records? Each record makes an event."
        guess = questions.choose(
            question, choices, lambda text: records_of(payloads, _steps([text]))
        )
    return records_of(payloads, _steps([guess]))


def _count(records: Sequence[Any]) -> str:
    return f"{len(records)} record{'' if len(records) == 1 else 's'}"


def _steps(texts: Sequence[str]) -> list[str]:
    return [] if list(texts) == [WHOLE_PAYLOAD] else list(texts)


def choose_id(
    records: Records, given: Sequence[str], hints: Collection[str], questions: Questions
) -> Identity:
    """Return the id of the records. Raises BadDraft if `given` is none, or if there is no guess."""
    if given:
        _check_id(records, given)
        return Identity(list(given))
    named = find_ids(records.leaves, hints)
    enveloped = find_enveloped_id(records.leaves)
    if enveloped:
        named = [enveloped[1], *(leaf for leaf in named if leaf.keys != enveloped[1].keys)]
    known = {leaf.keys for leaf in named}
    others = [leaf for leaf in possible_ids(records.leaves) if leaf.keys not in known]
    if questions.is_asked:
        choices = [(leaf.expression, _example(leaf)) for leaf in [*named, *others]]
        question = "What is the id of a record? A later event with the same id replaces the record."
        chosen = questions.choose(
            question, choices, lambda text: _check_id(records, [text]), has_guess=bool(named)
        )
    elif named:
        chosen = named[0].expression
    else:
        raise BadDraft(_no_id(others))
    is_inner = enveloped is not None and chosen == enveloped[1].expression
    return Identity([chosen], enveloped[0].expression if enveloped and is_inner else None)


def _no_id(others: Sequence[Leaf]) -> str:
    names = " or ".join(leaf.expression for leaf in others[:_SHOWN])
    advice = f", such as {names}" if names else ""
    return (
        "no path of the sample has the name of an id (id, key, number, …) and another value in"
        " each record: pass --id EXPRESSION, repeated for an id of several parts" + advice
    )


def _check_id(records: Records, parts: Sequence[str]) -> None:
    for part in parts:
        values_of("--id", part, records.scopes)
    try:
        ids = [compile_id(list(parts)).evaluate(scope) for scope in records.scopes]
    except FAILURES as error:
        raise BadDraft(f"--id {', '.join(parts)}: {error} in each record") from error
    if not are_valid_ids(ids):
        raise BadDraft(f"--id {', '.join(parts)}: a value cannot be an id: see docs/http.md")


def choose_time(
    records: Records, given: str | None, identity: Identity, questions: Questions, *, needed: bool
) -> Time | None:
    """Return the time of the events; None for the time of receipt.

    Raises BadDraft if `given` is no time, or if a time is `needed` and there is no guess.
    """
    if given is not None:
        return _time_form(records, given, needed=needed)
    found = _times(records, identity)
    if questions.is_asked:
        choices = [(leaf.expression, _example(leaf)) for leaf in found]
        choices += [] if needed else [(RECEIPT, "the time of receipt")]
        question = "When did it happen? The newest event of a record wins."
        chosen = questions.choose(
            question, choices, lambda text: _time_form(records, text, needed=needed)
        )
        return _time_form(records, chosen, needed=needed)
    if found:
        return _time_form(records, found[0].expression, needed=needed)
    return _time_form(records, RECEIPT, needed=needed)


def _times(records: Records, identity: Identity) -> list[Leaf]:
    """Return the paths of times, the best first. The time of a delivery is beside its id."""
    beside = identity.event_id or identity.parts[0]
    parent = next((leaf.keys[:-1] for leaf in records.leaves if leaf.expression == beside), ())
    found = find_times(records.leaves, parent)
    if identity.event_id:
        found.sort(key=lambda leaf: leaf.keys[:-1] != parent)
    return [*found, *find_times(records.outer, ())]


def _time_form(records: Records, text: str, *, needed: bool) -> Time | None:
    if text == RECEIPT and needed:
        raise BadDraft(
            "the signature covers no time of sending, so each event needs a time of the body:"
            " pass --time EXPRESSION"
        )
    if text == RECEIPT:
        return None
    values = values_of("--time", text, records.scopes)
    name = None if None in values else any_format_of(values)
    if name is None:
        raise BadDraft(
            f"--time {text}: must be a time in each record: RFC 3339, ISO 8601, or seconds,"
            " milliseconds, microseconds or nanoseconds since 1970; write another format in the"
            " entry later, or pass --time received_at"
        )
    zone = {"zone": ZONE} if name == ISO else {}
    return text if name == RFC3339 else {"value": text, "format": name, **zone}


def _example(leaf: Leaf) -> str:
    return str(leaf.values[0])[:40]
