"""The paths of entities, percent-encoded as the caller sent them."""

from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote

import entities
from entities.base import Entity
from ingestion.http.http_problem import HttpProblem

LIST = "/entities/[^/]+"
ENTITY = "/entities/[^/]+/.+"
_RELATED = "/related"


class Address(NamedTuple):
    """An entity, or all entities of a name if the id is empty.

    `is_related` means the entities that are related to it.
    """

    model: type[Entity]
    entity_id: str
    is_related: bool


def read_path(path: str) -> Address:
    """Return the address in a path like `LIST` or `ENTITY`. Raises HttpProblem for an unknown name.

    An id may hold slashes, plain or as %2F. An id that ends in /related must be written with %2F.
    The path is decoded once: API Gateway's REST APIs do not decode it.
    """
    _, _, entity_name, encoded_id = f"{path}/".split("/", 3)
    try:
        encoded_id = encoded_id.removesuffix("/")
        own_part = encoded_id.removesuffix(_RELATED) or encoded_id
        entity_id = unquote(own_part, errors="strict")
    except UnicodeDecodeError as error:
        raise HttpProblem(
            HTTPStatus.BAD_REQUEST, "the path must be UTF-8, percent-encoded"
        ) from error
    model = entities.models().get(unquote(entity_name))
    if model is None:
        known = ", ".join(entities.models())
        raise HttpProblem(HTTPStatus.NOT_FOUND, f"unknown entity name: must be one of {known}")
    return Address(model, entity_id, own_part != encoded_id)
