"""The relations of an entity as a tree, as `ingest related` lists them."""

from itertools import groupby
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli.console.entities.links import entity_of
from ingestion.cli.console.entities.reading import read_items
from ingestion.cli.console.pages import fragment
from ingestion.cli.console.parameters import personal_parameter, text
from ingestion.cli.console.runtime import Runtime, runtime_of
from ingestion.cli.console.urls import entity_url
from ingestion.cli.entities.reading import find_entity, related_steps, relation_state
from ingestion.cli.entities.stored_entity import note_of_stored

Json = dict[str, Any]

_HEADINGS = {"refers_to": "Refers to", "referred_by": "Referred to by"}


class Related(NamedTuple):
    """An entity in the tree. `branch_url` is its own part of the tree, if it is stored."""

    name: str
    id: str
    field: str
    url: str
    branch_url: str | None


class Branch(NamedTuple):
    """The relations of an entity in one direction."""

    heading: str
    related: list[Related]


class Tree(NamedTuple):
    """The first relations of an entity, or those after a cursor, and the URL of the next ones."""

    branches: list[Branch]
    next_url: str | None


def tree_of(request: Request, origin: Json, parent: str = "") -> Tree:
    """Read a page of the relations of an entity. Leaves the parent of its branch out."""
    runtime, cursor = runtime_of(request), text(request, "related")
    name, entity_id = origin["entity_name"], origin["id"]
    found = _read(runtime, origin, cursor)
    personal = personal_parameter(request)
    branches = [
        Branch(
            _HEADINGS[direction],
            [
                _related(each, entity_url(name, entity_id), personal)
                for each in each_of_direction
                if entity_url(each["entity_name"], each["id"]) != parent
            ],
        )
        for direction, each_of_direction in groupby(found["items"], lambda each: each["direction"])
    ]
    after = found["next_cursor"]
    next_url = entity_url(name, entity_id, personal=personal, related=after) if after else None
    return Tree([branch for branch in branches if branch.related], next_url)


def _read(runtime: Runtime, origin: Json, cursor: str | None) -> Json:
    reader = runtime.deployment.reader()
    return read_items(
        ["console related", origin["entity_name"], origin["id"]],
        cursor,
        lambda position: related_steps(reader, origin, position),
    )


def _related(found: Json, origin_url: str, personal: int | None) -> Related:
    name, entity_id = found["entity_name"], found["id"]
    is_stored = relation_state(found) == "stored"
    branch = entity_url(name, entity_id, "related", parent=origin_url, personal=personal)
    return Related(
        name,
        entity_id,
        found["field"],
        entity_url(name, entity_id, personal=personal),
        branch if is_stored else None,
    )


def show_branch(request: Request) -> Response:
    """Show the relations of an entity in the tree, as a part of the page."""
    name, entity_id = entity_of(request)
    deployment = runtime_of(request).deployment
    note_of_stored(deployment, name)
    origin = find_entity(deployment, deployment.reader(), name, entity_id)
    tree = tree_of(request, origin, request.query_params.get("parent", ""))
    return fragment(request, "entities/branch.html", tree=tree)
