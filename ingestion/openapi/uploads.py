"""The part of the OpenAPI document on dropped files: `POST /{path}/uploads`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from ingestion.catalog import Catalog
from ingestion.errors import FieldError
from ingestion.files.upload_url import Place, UploadRequest
from ingestion.intake.media_type import JSON
from ingestion.openapi.components import Components, Problem
from ingestion.openapi.schemas import Json
from ingestion.openapi.security import secured

_PROBLEMS = {
    400: "The body is not JSON.",
    403: "No credential, an unknown one, or another source's.",
    404: "No source has this path.",
    413: "The body is too large.",
    415: "Another content type or charset, or a content encoding.",
    429: "Over the source's rate: repeat after Retry-After.",
    503: "Not answered: repeat after Retry-After.",
}


@dataclass(frozen=True)
class UploadFault(FieldError):
    """What is wrong with what was asked for."""

    reason: Literal["invalid_upload"]


class UploadRefusal(Problem):
    """A problem document with every fault."""

    errors: list[UploadFault] = Field(default=[])


def models() -> Iterator[type[BaseModel]]:
    """What is asked and answered."""
    yield from (UploadRequest, Place, UploadRefusal)


def paths(catalog: Catalog, components: Components) -> Json:
    """The path below that of each source."""
    answers = {
        "201": {
            "description": "Where to put the file, with nothing but its content.",
            "content": {JSON: {"schema": components.model(Place)}},
        },
        **{str(status): components.problem(status, said) for status, said in _PROBLEMS.items()},
        "422": components.problem(422, "No file can have this name.", UploadRefusal),
    }
    return {
        f"/{source.path}/uploads": {
            "post": secured(
                _operation(name, components) | {"responses": answers}, source, components
            )
        }
        for name, source in catalog.sources.items()
    }


def _operation(name: str, components: Components) -> Json:
    """No source's name has a dot."""
    return {
        "operationId": f"{name}.uploads",
        "summary": f"Say where {name} may put a file.",
        "requestBody": {
            "required": True,
            "content": {
                JSON: {
                    "schema": components.model(UploadRequest),
                    "example": {"name": "rows.csv.gz"},
                }
            },
        },
    }
