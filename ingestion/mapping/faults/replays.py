"""Finds rules by which a request that someone sends again would win over something newer."""

from collections.abc import Iterable, Iterator

from ingestion.mapping.expressions import BadExpression, compile_expression
from ingestion.mapping.faults.check import key_names
from ingestion.mapping.faults.fault import RuleFault
from ingestion.mapping.language.reads import Path
from ingestion.mapping.outcome import rule_name
from ingestion.mapping.rule_expressions import Keys, expressions_of
from ingestion.mapping.rules import Form, Rule

_OUTSIDE_THE_BODY = ("headers", "query", "received_at")
_USE_THE_BODY = "use values of the body"
_ADVICE: dict[str | int, str] = {
    "event_id": f"{_USE_THE_BODY}, or remove event_id",
    "when": f"a header must not decide that an event is a delete; {_USE_THE_BODY}",
}


def replay_faults(rules: Iterable[Rule], id_header: str | None = None) -> Iterator[RuleFault]:
    """Yield the faults of rules of a source whose requests anyone may send again at any time.

    Who sends a request again can change all but its body, and the header of a signed id. So what an
    event holds must come from these. Then a repeat is the same event, or an older one. Only `when`
    may read more, because some senders name the kind of event in a header. It must not decide
    between an upsert and a delete.
    """
    covered = f"the body and {id_header}" if id_header else "the body"
    signed = f"the source's signature covers {covered} only, and no time of sending"
    for index, rule in enumerate(rules):
        label = rule_name(index + 1, rule.entity)
        if rule.time is None:
            message = f"{signed}: add a time of the body, which a request sent again cannot change"
            yield RuleFault(("map", index), f"{label}, time: {message}")
        for path, text in expressions_of(rule):
            if path != ("when",) or _is_delete(rule):
                place = ", ".join([label, *key_names(path)])
                for fault, advice in _faults_of_text(path, text, id_header):
                    message = f"{place}: {fault}, but {signed}: {advice}"
                    yield RuleFault(("map", index, *path), message)


def _is_delete(rule: Rule) -> bool:
    """Return whether an event may be a delete although no value of the body says so."""
    form = rule.operation
    if not isinstance(form, Form):
        return form == "delete"
    return "delete" in (form.const, form.default) or any(
        _may_be_constant(text) for path, text in expressions_of(rule) if path[0] == "operation"
    )


def _may_be_constant(text: str) -> bool:
    try:
        return compile_expression(text).may_be_constant()
    except BadExpression:
        return False  # Another fault of the rule.


def _faults_of_text(path: Keys, text: str, id_header: str | None) -> Iterator[tuple[str, str]]:
    """Yield what an expression does wrong, and what would be right."""
    try:
        expression = compile_expression(text)
    except BadExpression:
        return  # Another fault of the rule.
    names = {read[0] for read in expression.reads() if not _is_signed_id(read, id_header)}
    for name in _OUTSIDE_THE_BODY:
        if name in names:
            yield f"reads {name}", _ADVICE.get(path[0], _USE_THE_BODY)
    if path[0] == "time" and expression.may_be_constant():
        yield "may be a constant", "use a value of the body"


def _is_signed_id(read: Path, id_header: str | None) -> bool:
    return id_header is not None and read[:2] == ("headers", id_header.lower())
