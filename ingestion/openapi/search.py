"""`/search`: readers find entities by their words."""

from typing import Any, Union

from entities import models
from ingestion.http.parameters import SearchParameters
from ingestion.intake.media_type import JSON
from ingestion.openapi import examples
from ingestion.openapi.bodies import HighlightPart
from ingestion.openapi.entities import page_model, query_parameters, stored_model
from ingestion.openapi.responses import SEARCH, write_responses
from ingestion.openapi.schemas import Json

TAG = "search"


def paths() -> Json:
    """Return the path of search."""
    entity: Any = Union[*models().values()]
    fields = {"path": str, "highlights": list[list[HighlightPart]]}
    hits = page_model("HitPage", stored_model("Hit", entity, *models(), **fields))
    content = {JSON: {"schema": {"$ref": hits}, "example": _example()}}
    return {
        "/search": {
            "get": {
                "operationId": "search.find",
                "tags": [TAG],
                "summary": "Find entities by their words.",
                "description": "The best come first. `path` is the address of the entity in this"
                " API. `highlights` quote its text, in parts that match and parts around them.",
                "parameters": query_parameters(SearchParameters),
                "responses": {
                    "200": {"description": "The hits.", "content": content},
                    **write_responses(SEARCH),
                },
            }
        }
    }


def _example() -> Json:
    model = next(iter(models().values()))
    found = examples.stored(model)
    path = f"/entities/{model.entity_name}/{found['id']}"
    parts = [{"text": "the ", "match": False}, {"text": "words", "match": True}]
    return examples.page(found | {"path": path, "highlights": [parts]})
