"""The OpenAPI document of the HTTP interface, made from the catalog and the models."""

from entities import models
from ingestion.catalog import Catalog
from ingestion.openapi import entities, events, posts
from ingestion.openapi.responses import Problem, Responses, write_responses
from ingestion.openapi.schemas import Json, resolve_models
from ingestion.openapi.security import security_schemes

_OWN_PROBLEMS: Responses = {
    403: ("No source's key, where one is needed.", Problem),
    429: ("Over the rate.", Problem),
}
_OWN_OPERATION = {
    "operationId": "openapi.json",  # Unique: no source's name has a dot.
    "summary": "This document.",
    "security": [{}, {"api_key": []}],
    "responses": {
        "200": {
            "description": "An OpenAPI 3.1 document.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **write_responses(_OWN_PROBLEMS),
    },
}


def document(catalog: Catalog, url: str) -> Json:
    """Return the OpenAPI document of the API at `url`."""
    made = {
        "openapi": "3.1.0",
        "info": {"title": "Ingestion", "version": "1"},
        "servers": [{"url": url}],
        "security": [{"api_key": []}],
        "paths": {
            **posts.paths(catalog),
            **entities.paths(),
            "/openapi.json": {"get": _OWN_OPERATION},
        },
        "components": {
            "securitySchemes": security_schemes(catalog),
            "responses": write_responses(posts.RESPONSES),
            "schemas": events.schemas(catalog),
        },
    }
    return resolve_models(made, *(model.key_model() for model in models().values()))
