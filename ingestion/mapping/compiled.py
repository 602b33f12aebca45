"""All rules of a source, ready to map its payloads."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import chain, islice
from typing import Any

from ingestion.errors import IngestionError
from ingestion.mapping.expressions import Expression, compile_expression
from ingestion.mapping.items.ambiguity import resolve_repeats
from ingestion.mapping.items.canonical import canonical_json
from ingestion.mapping.items.compiled_rule import CompiledRule, SelectedItem, failure_at
from ingestion.mapping.items.event_ids import PayloadIds
from ingestion.mapping.items.outside import PathsByEntity, paths_outside
from ingestion.mapping.items.scope import MustStop, never, payload_scope
from ingestion.mapping.language.plain import is_true
from ingestion.mapping.outcome import (
    WHOLE_PAYLOAD,
    FailedItem,
    MappedEvent,
    MappedPayload,
    MappingOutOfTime,
    Origin,
    TooManyItems,
    rule_name,
)
from ingestion.mapping.rules import Rule
from ingestion.mapping.values.value import FAILURES, Scope

_VERSION_CHARACTERS = 12


class BadRule(IngestionError):
    """A rule that cannot be compiled. The message names the source and the rule."""


class CompiledRules:
    """The rules of a source. Maps each payload alone, and keeps nothing between payloads.

    `version` is a short hash of the rules: other rules have another one. `rules` find the items of
    a payload and describe what gives their values. `outside` names the values beside the payload
    that enter the ids of events.
    """

    def __init__(
        self,
        source: str,
        version: str,
        rules: list[CompiledRule],
        ignore: list[Expression],
        outside: PathsByEntity,
    ) -> None:
        self.source = source
        self.version = version
        self.rules = rules
        self.outside = outside
        self._ignore = ignore

    def map_payload(
        self,
        payload: Any,
        origin: Origin,
        *,
        max_items: int | None = None,
        must_stop: MustStop = never,
    ) -> MappedPayload:
        """Return the events of a payload, and the items that fail.

        Raises TooManyItems if more than `max_items` would make an event, before an id or a field is
        evaluated. Raises MappingOutOfTime once `must_stop` returns True between two items.
        """
        scope = payload_scope(payload, origin)
        if self._ignore and (unwanted := self._apply_ignore(scope)):
            return unwanted
        selected = self._select(scope, max_items, must_stop)
        outside = self.outside if origin.outside is None else origin.outside
        has_one_event = len(selected) == 1
        ids = PayloadIds(self.source, payload, origin, outside, has_one_event=has_one_event)
        results = resolve_repeats(_map_items(selected, ids, must_stop), must_stop)
        return MappedPayload(results, selected=selected)

    def _apply_ignore(self, scope: Scope) -> MappedPayload | None:
        """Return the outcome of a payload that is ignored, or that might be: an expression fails.

        Returns None if the payload is wanted.
        """
        failed = None
        for expression in self._ignore:
            try:
                if is_true(expression.evaluate(scope)):
                    return MappedPayload(is_ignored=True)
            except FAILURES as failure:
                failed = FailedItem(WHOLE_PAYLOAD, 0, "", failure_at("ignore", failure))
        return MappedPayload([failed]) if failed else None

    def _select(
        self, scope: Scope, max_items: int | None, must_stop: MustStop
    ) -> list[SelectedItem | FailedItem]:
        """Return the items of all rules in order. Beyond `max_items`, counts them and keeps none.

        The items that fail count too. Raises TooManyItems and MappingOutOfTime.
        """
        found = chain.from_iterable(rule.select(scope, must_stop) for rule in self.rules)
        selected = list(islice(found, max_items))
        if more := sum(1 for _ in found):
            raise TooManyItems(len(selected) + more)
        return selected


def _map_items(
    selected: Sequence[SelectedItem | FailedItem], ids: PayloadIds, must_stop: MustStop
) -> list[MappedEvent | FailedItem]:
    results: list[MappedEvent | FailedItem] = []
    for item in selected:
        if must_stop():
            raise MappingOutOfTime
        if isinstance(item, FailedItem):
            results.append(item)
        else:
            results.append(item.rule.map_item(item.position, item.scope, ids))
    return results


def _version(rules: Sequence[Rule], ignore: Sequence[str]) -> str:
    """Return the same hash for rules of YAML and of JSON, which holds every default."""
    written = [rule.model_dump(exclude_defaults=True) for rule in rules]
    return sha256(canonical_json([written, list(ignore)])).hexdigest()[:_VERSION_CHARACTERS]


def compile_rules(source: str, rules: Sequence[Rule], ignore: Sequence[str]) -> CompiledRules:
    """Return the rules, ready to map. Raises BadRule if they do not compile.

    `check.rule_faults` finds every fault, also those that show only with the source's entities.
    """
    compiled = []
    for number, rule in enumerate(rules, 1):
        with _raise_bad_rule(f"{source}: {rule_name(number, rule.entity)}"):
            compiled.append(CompiledRule(number, rule))
    with _raise_bad_rule(f"{source}: ignore"):
        ignored = [compile_expression(text) for text in ignore]
    version = _version(rules, ignore)
    return CompiledRules(source, version, compiled, ignored, paths_outside(rules))


@contextmanager
def _raise_bad_rule(place: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise BadRule(f"{place}: {error}") from error
