"""Drafts a source: the entry of the catalog, and the entity if there is none."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import entities
from entities.base import Entity
from entities.declared.declaration import model_of
from ingestion.cli.mapping.payloads import Payloads
from ingestion.cli.mapping.yaml_text import keys_on_one_line, list_on_one_line
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.choose_rule import (
    Identity,
    Time,
    choose_id,
    choose_items,
    choose_time,
)
from ingestion.cli.sources.new.free_names import Names
from ingestion.cli.sources.new.guesses.items import Items
from ingestion.cli.sources.new.guesses.names import is_secret
from ingestion.cli.sources.new.known_entity import choose_fields
from ingestion.cli.sources.new.new_entity import FieldExpression, draft_entity
from ingestion.cli.sources.new.options import Options
from ingestion.cli.sources.new.questions import Questions


class Draft(NamedTuple):
    """A source that is not written yet.

    `model` and `declaration` are of a new entity. `left_out` are expressions of paths that fill no
    field, and `unfilled` fields that no path fills. `other_ids` are ids with an example that may be
    better than a guessed one. `secrets` are expressions of what is named as a password or a key.
    """

    names: Names
    entry: dict[str, Any]
    model: type[Entity] | None = None
    declaration: dict[str, Any] | None = None
    left_out: Sequence[str] = ()
    unfilled: Sequence[str] = ()
    other_ids: Sequence[str] = ()
    secrets: Sequence[str] = ()


def draft_source(
    names: Names,
    options: Options,
    files: Mapping[str, str],
    payloads: Payloads,
    questions: Questions,
) -> Draft:
    """Return the draft of a source from the payloads of its sample. Raises BadDraft."""
    items = choose_items(payloads, options.rule.each, names.hints, questions)
    identity = choose_id(items, options.rule.ids, names.hints, questions)
    needed = options.sender.needs_time
    time = choose_time(items, options.rule.time, identity, questions, needed=needed)
    entry, rule = _entry(names, options, files), _rule(names, items, identity, time)
    draft = Draft(names, entry, other_ids=identity.others, secrets=_secrets(items))
    if names.entity in entities.models():
        model = entities.models()[names.entity]
        filled = choose_fields(model, items, identity.parts, options.rule.fields, questions)
        whole = entry | _map(rule, filled.written)
        return draft._replace(entry=whole, left_out=filled.left_out, unfilled=filled.others)
    if options.rule.fields:
        raise BadDraft(f"--field is for an entity that exists: {names.entity} is new, so edit it")
    ids = [*identity.parts, *filter(None, [identity.event_id])]
    new = draft_entity(names.entity.lower(), names.source, items, ids)
    model = model_of(names.entity.lower(), new.declaration)
    whole = entry | _map(rule, new.fields)
    return draft._replace(
        entry=whole, model=model, declaration=new.declaration, left_out=new.left_out
    )


def _secrets(items: Items) -> list[str]:
    named = (path for path in items.all_paths if path.keys)
    return [path.expression for path in named if is_secret(path.keys[-1])]


def _entry(names: Names, options: Options, files: Mapping[str, str]) -> dict[str, Any]:
    """Return the entry without its rules, as YAML writes it."""
    return {
        "path": names.path,
        "entities": list_on_one_line([names.entity]),
        **options.sender.entry(),
        **({"files": keys_on_one_line(files)} if files else {}),
    }


def _rule(names: Names, items: Items, identity: Identity, time: Time | None) -> dict[str, Any]:
    """Return the rule without its fields."""
    rule = {
        "entity": names.entity,
        "each": _one_or_list(items.steps),
        "id": _one_or_list(identity.parts),
        "time": keys_on_one_line(time) if isinstance(time, dict) else time,
        "event_id": identity.event_id,
    }
    return {key: value for key, value in rule.items() if value}


def _map(rule: dict[str, Any], fields: Mapping[str, FieldExpression]) -> dict[str, Any]:
    """Return the key `map` of the entry."""
    written = {
        name: value if isinstance(value, str) else keys_on_one_line(value)
        for name, value in fields.items()
    }
    return {"map": [rule | {"fields": written} if written else rule]}


def _one_or_list(texts: Sequence[str]) -> Any:
    if len(texts) == 1:
        return texts[0]
    return list_on_one_line(texts)
