"""The OpenAPI document of the HTTP interface, made from the catalog and the models."""

from entities import models
from ingestion.catalog import Catalog
from ingestion.openapi import entities, events, sources
from ingestion.openapi.responses import DOCUMENT, POST, write_responses
from ingestion.openapi.schemas import Json, resolve_models

_TAGS = {
    "events": "Sources post events: what happened to which entity.",
    "files": "Sources upload files. Each row becomes an event.",
    "entities": "Readers get the stored entities.",
    "corrections": "The operator corrects the stored entities.",
    "document": "This document.",
}
_OWN_OPERATION = {
    "operationId": "openapi.json",  # Unique: no source's name has a dot.
    "tags": ["document"],
    "summary": "Get this document.",
    "description": "The document is open to all, or needs the key of any source.",
    "security": [{}, {"api_key": []}],
    "responses": {
        "200": {
            "description": "An OpenAPI 3.1 document.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **write_responses(DOCUMENT),
    },
}


def document(catalog: Catalog, url: str) -> Json:
    """Return the OpenAPI document of the API at `url`."""
    # The operator and readers always use API keys.
    used = {"api_key", *(source.auth for source in catalog.sources.values())}
    schemes = {name: made for name, made in sources.SECURITY_SCHEMES.items() if name in used}
    made = {
        "openapi": "3.1.0",
        "info": {
            "title": "Ingestion",
            "version": "1",
            "description": "Sources send events and files. One table holds the newest state of each"
            " entity.",
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": url}],
        "security": [{"api_key": []}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": {
            **sources.paths(catalog),
            **entities.paths(),
            "/openapi.json": {"get": _OWN_OPERATION},
        },
        "components": {
            "securitySchemes": schemes,
            "responses": write_responses(POST),
            "schemas": events.schemas(catalog),
        },
    }
    keys = (model.key_model() for model in models().values())
    return resolve_models(made, *keys, *models().values())
