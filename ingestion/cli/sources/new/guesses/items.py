"""The records of a sample: what a rule with these steps would make events of."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ingestion.cli.mapping.payloads import Payloads
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.guesses.leaves import Keys, Leaf, leaves_of
from ingestion.intake.submission import MAX_EVENTS
from ingestion.mapping.expressions import BadExpression, compile_expression
from ingestion.mapping.items.scope import item_scopes, never, payload_scope
from ingestion.mapping.values.value import FAILURES, Scope

WHOLE_PAYLOAD = "payload"  # In place of steps: the payload itself is the record.


class Records(NamedTuple):
    """The scopes of the records, and the leaves of what they hold.

    `leaves` are those of the records, `outer` those of the payloads around them. In a form, in XML
    and in a table (`is_text`) every value is a text.
    """

    steps: list[str]
    scopes: list[Scope]
    leaves: list[Leaf]
    outer: list[Leaf]
    is_text: bool

    @property
    def all_leaves(self) -> list[Leaf]:
        """Return the leaves of the records, and then those around them."""
        return [*self.leaves, *self.outer]


def records_of(payloads: Payloads, steps: Sequence[str]) -> Records:
    """Return the records that the steps find. Raises BadDraft if there are none, or too many."""
    expressions = [_compiled("--each", step) for step in steps]
    scopes: list[Scope] = []
    for payload in payloads.items:
        scope = payload_scope(payload.content, payloads.origin)
        for found in item_scopes(expressions, scope, never):
            if isinstance(found, Exception):
                raise BadDraft(f"--each {', '.join(steps)}: {found}") from found
            scopes.append(found)
    if not scopes:
        raise BadDraft(f"--each {', '.join(steps)}: finds no record in the sample")
    if len(scopes) > MAX_EVENTS:
        raise BadDraft(f"the sample has {len(scopes)} records: keep at most {MAX_EVENTS} of them")
    place = "item" if steps else "payload"
    leaves = leaves_of(place, [scope["item"] for scope in scopes])
    around = [payload.content for payload in payloads.items] if steps else []
    outer = leaves_of("payload", around, without=_keys(expressions[0].path) if steps else None)
    return Records(list(steps), scopes, leaves, outer, payloads.is_text)


def values_of(option: str, text: str, scopes: Sequence[Scope]) -> list[Any]:
    """Return the value of an expression in each scope. Raises BadDraft."""
    expression = _compiled(option, text)
    try:
        return [expression.evaluate(scope) for scope in scopes]
    except FAILURES as error:
        raise BadDraft(f"{option} {text}: {error}") from error


def _compiled(option: str, text: str) -> Any:
    try:
        return compile_expression(text)
    except BadExpression as error:
        place = f"position {error.position} of {text!r}"
        raise BadDraft(f"{option}: {place}: {error.reason}") from error


def _keys(path: Sequence[str]) -> Keys:
    """Return the keys inside the payload of a path that begins with a name of the scope."""
    return tuple(path[1:])
