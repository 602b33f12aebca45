"""Drafts a source: the entry of the catalog, and the entity if there is none."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import entities
from entities.base import Entity
from entities.declared import model_of
from ingestion.cli.mapping.payloads import Payloads
from ingestion.cli.mapping.yaml_text import keys_on_one_line, list_on_one_line
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.choose_rule import (
    choose_id,
    choose_items,
    choose_time,
)
from ingestion.cli.sources.new.free_names import Names
from ingestion.cli.sources.new.guesses.items import Items
from ingestion.cli.sources.new.known_entity import choose_fields
from ingestion.cli.sources.new.new_entity import FieldExpression, draft_entity
from ingestion.cli.sources.new.options import Options
from ingestion.cli.sources.new.questions import Questions


class Draft(NamedTuple):
    """A source that is not written yet.

    `model` and `declaration` are of a new entity. `left_out` are expressions of paths that fill no
    field, and `unfilled` fields that no path fills.
    """

    names: Names
    entry: dict[str, Any]
    model: type[Entity] | None = None
    declaration: dict[str, Any] | None = None
    left_out: Sequence[str] = ()
    unfilled: Sequence[str] = ()


def draft_source(names: Names, options: Options, payloads: Payloads, questions: Questions) -> Draft:
    """Return the draft of a source from the payloads of its sample. Raises BadDraft."""
    items = choose_items(payloads, options.rule.each, names.hints, questions)
    identity = choose_id(items, options.rule.ids, names.hints, questions)
    needed = options.sender.needs_time
    time = choose_time(items, options.rule.time, identity, questions, needed=needed)
    rule: dict[str, Any] = {
        "entity": names.entity,
        "each": _one_or_list(items.steps),
        "id": _one_or_list(identity.parts),
        "time": keys_on_one_line(time) if isinstance(time, dict) else time,
        "event_id": identity.event_id,
    }
    written = {key: value for key, value in rule.items() if value}
    if names.entity in entities.models():
        return _of_known_entity(names, options, written, items, questions)
    if options.rule.fields:
        raise BadDraft(f"--field is for an entity that exists: {names.entity} is new, so edit it")
    ids = [*identity.parts, *filter(None, [identity.event_id])]
    new = draft_entity(names.entity.lower(), names.source, items, ids)
    return Draft(
        names,
        _entry(names, options, written, new.fields),
        model_of(names.entity.lower(), new.declaration),
        new.declaration,
        left_out=new.left_out,
    )


def _of_known_entity(
    names: Names,
    options: Options,
    rule: dict[str, Any],
    items: Items,
    questions: Questions,
) -> Draft:
    model, ids = entities.models()[names.entity], rule["id"]
    parts = [ids] if isinstance(ids, str) else ids
    filled = choose_fields(model, items, parts, options.rule.fields, questions)
    return Draft(
        names,
        _entry(names, options, rule, filled.written),
        left_out=filled.left_out,
        unfilled=filled.others,
    )


def _entry(
    names: Names, options: Options, rule: dict[str, Any], fields: Mapping[str, FieldExpression]
) -> dict[str, Any]:
    """Return the entry as YAML writes it."""
    written = {
        name: value if isinstance(value, str) else keys_on_one_line(value)
        for name, value in fields.items()
    }
    return {
        "path": names.path,
        "entities": list_on_one_line([names.entity]),
        **options.sender.entry(),
        "map": [rule | {"fields": written} if written else rule],
    }


def _one_or_list(texts: Sequence[str]) -> Any:
    if len(texts) == 1:
        return texts[0]
    return list_on_one_line(texts)
