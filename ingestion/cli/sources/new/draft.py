"""Drafts a source: the entry of the catalog, and the entity if there is none."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import entities
from entities.base import Entity
from entities.declared import model_of
from ingestion.catalog import Catalog
from ingestion.cli.checkout import Checkout
from ingestion.cli.mapping.payloads import Payloads
from ingestion.cli.mapping.yaml_text import keys_on_one_line, list_on_one_line
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.choose_rule import (
    choose_id,
    choose_records,
    choose_time,
)
from ingestion.cli.sources.new.free_names import entity_of, free_path, require_free_source
from ingestion.cli.sources.new.guesses.names import snake_case
from ingestion.cli.sources.new.guesses.records import Records
from ingestion.cli.sources.new.known_entity import choose_fields
from ingestion.cli.sources.new.new_entity import Written, draft_entity
from ingestion.cli.sources.new.options import Options
from ingestion.cli.sources.new.questions import Questions


class Names(NamedTuple):
    """The names of a source that are free, and of its entity, which may exist."""

    source: str
    path: str
    entity: str

    @property
    def hints(self) -> set[str]:
        """Return what the records may be called, in the singular too."""
        names = {snake_case(self.source), self.entity.lower()}
        return names | {name.removesuffix("s") for name in names}


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


def free_names(checkout: Checkout, catalog: Catalog, options: Options) -> Names:
    """Return the names of a source. Raises BadDraft if one is taken."""
    require_free_source(checkout, catalog, options.name)
    path = free_path(catalog, options.name, options.path)
    return Names(options.name, path, entity_of(checkout, options.name, options.entity))


def draft_source(names: Names, options: Options, payloads: Payloads, questions: Questions) -> Draft:
    """Return the draft of a source from the payloads of its sample. Raises BadDraft."""
    records = choose_records(payloads, options.each, names.hints, questions)
    identity = choose_id(records, options.ids, names.hints, questions)
    needed = options.sender.needs_time
    time = choose_time(records, options.time, identity, questions, needed=needed)
    rule: dict[str, Any] = {
        "entity": names.entity,
        "each": _one_or_list(records.steps),
        "id": _one_or_list(identity.parts),
        "time": keys_on_one_line(time) if isinstance(time, dict) else time,
        "event_id": identity.event_id,
    }
    written = {key: value for key, value in rule.items() if value}
    if names.entity in entities.models():
        return _of_known_entity(names, options, written, records, questions)
    if options.fields:
        raise BadDraft(f"--field is for an entity that exists: {names.entity} is new, so edit it")
    ids = [*identity.parts, *filter(None, [identity.event_id])]
    new = draft_entity(names.entity.lower(), names.source, records, ids)
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
    records: Records,
    questions: Questions,
) -> Draft:
    model, ids = entities.models()[names.entity], rule["id"]
    parts = [ids] if isinstance(ids, str) else ids
    filled = choose_fields(model, records, parts, options.fields, questions)
    return Draft(
        names,
        _entry(names, options, rule, filled.written),
        left_out=filled.left_out,
        unfilled=filled.others,
    )


def _entry(
    names: Names, options: Options, rule: dict[str, Any], fields: Mapping[str, Written]
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
