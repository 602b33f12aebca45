"""The page of one entity: its fields, its last event and its relations, as `ingest get` shows."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

import entities
from ingestion.cli import redact_output
from ingestion.cli.console.entities.links import entity_of, field_cell, uploaded_file_url
from ingestion.cli.console.entities.relations import tree_of
from ingestion.cli.console.pages import Link, page
from ingestion.cli.console.parameters import personal_parameter, shows_personal
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.urls import ENTITIES, entity_url, source_url, trace_url, url_of
from ingestion.cli.console.words import argument_words, personal_words
from ingestion.cli.entities.reading import event_text, find_entity
from ingestion.cli.entities.stored_entity import note_of_stored
from ingestion.cli.environment import Deployment

Json = dict[str, Any]


def show_entity(request: Request) -> Response:
    """Show one entity, its last event, and the entities that are related to it."""
    name, entity_id = entity_of(request)
    deployment = runtime_of(request).deployment
    note = note_of_stored(deployment, name)
    stored = find_entity(deployment, deployment.reader(), name, entity_id)
    is_shown = shows_personal(request)
    found = stored if is_shown else redact_output.stored_data(stored)
    personal = personal_parameter(request)
    actions = [("Correct", "correct"), ("Delete", "delete")] if name in entities.models() else []
    return page(
        request,
        "entities/entity.html",
        title=f"{name} {entity_id}",
        command=["get", *personal_words(is_shown=is_shown), *argument_words(name, entity_id)],
        list_url=url_of(ENTITIES, entity=name, personal=personal),
        entity=name,
        note=note,
        fields=[(field, field_cell(name, field, value)) for field, value in _fields(found)],
        event=list(_event_facts(deployment, found)),
        upload_url=uploaded_file_url(found),
        actions=[
            (label, entity_url(name, entity_id, action, personal=personal))
            for label, action in actions
        ],
        tree=tree_of(request, stored),
        related_command=deployment.command("related", *argument_words(name, entity_id)),
    )


def _fields(found: Json) -> list[tuple[str, Any]]:
    """Return the fields of the model in its order, also those without a value, then the others."""
    model, stored = entities.models().get(found["entity_name"]), found["entity"]
    known = list(model.model_fields) if model else []
    return [(field, stored.get(field)) for field in dict.fromkeys([*known, *stored])]


def _event_facts(deployment: Deployment, found: Json) -> Any:
    """Yield the facts of the last event, with links to its trace and to its source."""
    entity = f"{found['entity_name']}/{found['id']}"
    for name, value in (found["event"] or {}).items():
        shown = event_text(value)
        if name == "id":
            yield name, Link(str(shown), trace_url(shown, entity=entity))
        elif name == "source" and shown in deployment.queue_urls:
            yield name, Link(shown, source_url(shown))
        else:
            yield name, shown
