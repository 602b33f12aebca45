"""The items of a sample: what a rule with these steps would make events of."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ingestion.cli.mapping.payloads import Payloads
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.guesses.path_values import Keys, PathValues, paths_of
from ingestion.intake.submission import MAX_EVENTS
from ingestion.mapping.expressions import BadExpression, compile_expression
from ingestion.mapping.items.scope import item_scopes, never, payload_scope
from ingestion.mapping.values.value import FAILURES, Scope

WHOLE_PAYLOAD = "payload"  # In place of steps: the payload itself is the item.


class Items(NamedTuple):
    """The scopes of the items, and the paths of what they hold.

    `paths` are those of the items, `outer` those of the payloads around them. In a form, in XML
    and in a table (`is_text`) every value is a text.
    """

    steps: list[str]
    scopes: list[Scope]
    paths: list[PathValues]
    outer: list[PathValues]
    is_text: bool

    @property
    def all_paths(self) -> list[PathValues]:
        """Return the paths of the items, and then those around them."""
        return [*self.paths, *self.outer]


def items_of(payloads: Payloads, steps: Sequence[str]) -> Items:
    """Return the items that the steps find. Raises BadDraft if there are none, or too many."""
    expressions = [_compiled("--each", step) for step in steps]
    scopes: list[Scope] = []
    for payload in payloads.items:
        scope = payload_scope(payload.content, payloads.origin)
        for found in item_scopes(expressions, scope, never):
            if isinstance(found, Exception):
                raise BadDraft(f"--each {', '.join(steps)}: {found}") from found
            scopes.append(found)
    if not scopes:
        raise BadDraft(
            f"--each {', '.join(steps)}: finds no item in the sample; name a list, such as"
            " payload.rows"
        )
    if len(scopes) > MAX_EVENTS:
        raise BadDraft(f"the sample has {len(scopes)} items: keep at most {MAX_EVENTS} of them")
    place = "item" if steps else "payload"
    paths = paths_of(place, [scope["item"] for scope in scopes])
    around = [payload.content for payload in payloads.items] if steps else []
    outer = paths_of("payload", around, without=_keys(expressions[0].path) if steps else None)
    return Items(list(steps), scopes, paths, outer, payloads.is_text)


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
        place = f"{option} {text!r}, position {error.position}"
        raise BadDraft(f"{place}: {error.reason}") from error


def _keys(path: Sequence[str]) -> Keys:
    """Return the keys inside the payload of a path that begins with a name of the scope."""
    return tuple(path[1:])
