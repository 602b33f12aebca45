"""The OpenAPI document of the HTTP interface, made from the catalog and the models."""

from ingestion.catalog import Catalog
from ingestion.openapi import entities, posts, uploads
from ingestion.openapi.components import Components, Problem
from ingestion.openapi.schemas import Json
from ingestion.openapi.security import security_schemes

# Each gives its models, and its paths with what these need among the components.
_PARTS = (posts, uploads, entities)


def document(catalog: Catalog, url: str) -> Json:
    """What callers may ask of `url`, and what they are answered."""
    components = Components([Problem, *(model for part in _PARTS for model in part.models())])
    paths = {
        path: item for part in _PARTS for path, item in part.paths(catalog, components).items()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Ingestion", "version": "1"},
        "servers": [{"url": url}],
        "security": [{"api_key": []}],
        "paths": paths | {"/openapi.json": {"get": _own_operation(components)}},
        "components": {
            "securitySchemes": security_schemes(catalog),
            "responses": components.responses,
            "schemas": components.schemas,
        },
    }


def _own_operation(components: Components) -> Json:
    """No source's name has a dot."""
    answers = {403: "No source's key, where one is needed.", 429: "Over the rate."}
    return {
        "operationId": "openapi.json",
        "summary": "This document.",
        "security": [{}, {"api_key": []}],
        "responses": {
            "200": {
                "description": "An OpenAPI 3.1 document.",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            **{str(status): components.problem(status, said) for status, said in answers.items()},
        },
    }
