"""Where entities are in the HTTP interface: what a path says, percent-encoded as it came."""

from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote

import entities
from entities.base import Entity
from ingestion.http.problem import Problem

LIST = "/entities/[^/]+"
ENTITY = "/entities/[^/]+/.+"
_RELATED = "/related"


class Address(NamedTuple):
    """An entity or, where the id is empty, all of a name; and whether what is related is meant."""

    model: type[Entity]
    entity_id: str
    is_related: bool


def read_path(path: str) -> Address:
    """What a path like `LIST` or `ENTITY` means. Raises Problem for an unknown entity name.

    A slash within an id may be written as it is or as %2F; an id that ends in /related must be
    written with %2F. Decoded once: API Gateway's REST APIs hand the path on as it came.
    """
    _, _, entity_name, encoded_id = f"{path}/".split("/", 3)
    try:
        encoded_id = encoded_id.removesuffix("/")
        own_part = encoded_id.removesuffix(_RELATED) or encoded_id
        entity_id = unquote(own_part, errors="strict")
    except UnicodeDecodeError as error:
        raise Problem(HTTPStatus.BAD_REQUEST, "the path must be UTF-8, percent-encoded") from error
    model = entities.models().get(unquote(entity_name))
    if model is None:
        known = ", ".join(entities.models())
        raise Problem(HTTPStatus.NOT_FOUND, f"no such entity name: there are {known}")
    return Address(model, entity_id, own_part != encoded_id)
