"""The OpenAPI document of the HTTP interface, made from the catalog and the models."""

from entities import models
from ingestion.catalog import Catalog
from ingestion.http.docs.description import API_URL, at_address, links
from ingestion.intake.media_type import JSON
from ingestion.openapi import entities, events, introduction, search, sources
from ingestion.openapi.responses import DOCUMENT, POST, write_responses
from ingestion.openapi.schemas import Json, resolve_models
from ingestion.openapi.security import security_schemes

_LINKS = {
    "type": "object",
    "properties": {name: {"type": "string", "format": "uri"} for name in ("openapi", "docs")},
    "required": ["openapi"],
}


def _own_operation(name: str, summary: str, body: str, schema: Json, example: Json) -> Json:
    """Return an operation that describes this API."""
    content = {JSON: {"schema": schema, "example": example}}
    return {
        "operationId": name,
        "tags": ["description"],
        "summary": summary,
        "description": "Open to all, or with the key of any source.",
        "security": [{}, {"api_key": []}],
        "responses": {
            "200": {"description": body, "content": content},
            **write_responses(DOCUMENT),
        },
    }


def document(catalog: Catalog, url: str = API_URL) -> Json:
    """Return the OpenAPI document of the API at `url`, which a function may still fill in."""
    tags = introduction.tags(catalog)
    schemes = security_schemes(catalog)
    made = {
        "openapi": "3.1.0",
        "info": {
            "title": "Ingestion",
            "version": "1",
            "description": introduction.description(catalog),
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"api_key": []}],
        "tags": [{"name": name, "description": text} for name, text in tags.items()],
        "paths": {
            **sources.paths(catalog),
            **entities.paths(),
            **search.paths(),
            **_own_paths(),
        },
        "components": {
            "securitySchemes": schemes,
            "responses": write_responses(POST),
            "schemas": events.schemas(catalog),
        },
    }
    keys = (model.key_model() for model in models().values())
    return at_address(resolve_models(made, *keys, *models().values()), url)


def _own_paths() -> Json:
    """Return the paths that describe this API. Their ids have a dot, and no source's name has."""
    example = {"openapi": "3.1.0", "info": {"title": "Ingestion", "version": "1"}, "paths": {}}
    found = links("https://api.example.com", has_page=True)
    index = ("index.json", "Get the addresses of the description.", "The addresses.")
    document = ("openapi.json", "Get this document.", "An OpenAPI 3.1 document.")
    return {
        "/": {"get": _own_operation(*index, _LINKS, found)},
        "/openapi.json": {"get": _own_operation(*document, {"type": "object"}, example)},
    }
