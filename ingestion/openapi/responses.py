"""The responses of all operations, and how OpenAPI writes them."""

from pydantic import BaseModel

from ingestion.catalog import Source
from ingestion.files.upload_url import PresignedUpload
from ingestion.http.problem import PROBLEM_JSON
from ingestion.intake.media_type import JSON
from ingestion.openapi import examples
from ingestion.openapi.bodies import (
    OlderCorrection,
    Problem,
    Refusal,
    Results,
    SearchRefusal,
    UploadRefusal,
)
from ingestion.openapi.schemas import Json

# The description and the model of the body, by status.
_Response = tuple[str, type[BaseModel]]
Responses = dict[int, _Response]

_COMMON: Responses = {
    400: ("The body is not JSON.", Problem),
    403: ("The credential is missing, unknown or another source's.", Problem),
    415: ("The content type, charset or content encoding is not supported.", Problem),
    429: ("The rate limit is exceeded. Retry later.", Problem),
}
POST: Responses = _COMMON | {
    202: ("All events are accepted.", Results),
    207: ("Some events are accepted. The others are invalid.", Results),
    404: ("No source has this path.", Problem),
    413: ("The body or every event is too large, or there are too many events.", Refusal),
    422: ("No event is accepted.", Refusal),
    429: ("The source's rate limit is exceeded. Retry later with the same ids.", Problem),
    503: (
        "Not all events were accepted, or the operator closed the source. Retry later with the same"
        " ids.",
        Refusal,
    ),
}
UPLOAD: Responses = _COMMON | {
    201: (
        "The URL to upload the file to. The body of that request is the file's content.",
        PresignedUpload,
    ),
    404: ("No source has this path.", Problem),
    413: ("The body is too large.", Problem),
    422: ("The name of the file is invalid.", UploadRefusal),
    429: ("The source's rate limit is exceeded. Retry later.", Problem),
    503: ("The service is not available, or the operator closed the source. Retry later.", Problem),
}
_UNSIGNED: _Response = ("The signature is missing, wrong or too old.", Problem)
_REPEATED: _Response = (
    "The id of the message had another body, or the request for a URL was accepted before.",
    Problem,
)
_NO_SECRET: _Response = ("The password or the token is missing or wrong.", Problem)
READ: Responses = {
    400: ("A parameter or the path is invalid.", Problem),
    403: ("The key is missing, unknown or a source's key.", Problem),
    404: ("The entity does not exist.", Problem),
    429: _COMMON[429],
    503: ("The service is not available. Retry later.", Problem),
}
SEARCH: Responses = {
    400: ("A parameter is invalid, or the query cannot be read.", SearchRefusal),
    403: READ[403],
    429: _COMMON[429],
    503: ("The index or the table is not available. Retry later.", Problem),
}
CORRECTION: Responses = _COMMON | {
    202: ("The event is accepted. It is not written yet.", Results),
    400: (
        "The body is not JSON, a delete has a body, a condition is malformed, or the path is not"
        " UTF-8.",
        Problem,
    ),
    403: ("The key is missing or is not the operator's key.", Problem),
    404: ("The entity name does not exist.", Problem),
    409: ("The stored event is newer than the correction.", OlderCorrection),
    412: ("A condition of the request is false.", Problem),
    413: ("The body or the event is too large.", Refusal),
    422: ("The entity or its id is invalid.", Refusal),
    503: ("The event was not accepted. Retry later with the same idempotency-key.", Refusal),
}
DOCUMENT: Responses = {
    403: ("A source's key is required and is missing.", Problem),
    429: ("The rate limit is exceeded.", Problem),
}
_SECONDS = {"type": "integer", "minimum": 1}
_RETRY_AFTER = {"description": "Seconds to wait.", "required": True, "schema": _SECONDS}


def refusals(source: Source) -> Responses:
    """Return what a source gets for a credential other than an API key."""
    if source.auth in ("basic", "bearer"):
        return {401: _NO_SECRET}
    if source.auth != "hmac":
        return {}
    return {401: _UNSIGNED} | ({409: _REPEATED} if source.scheme.signs_timestamp else {})


def write_responses(responses: Responses) -> Json:
    """Return the responses as OpenAPI writes them, by status."""
    return {str(status): _response(status, *row) for status, row in sorted(responses.items())}


def _response(status: int, description: str, body: type[BaseModel]) -> Json:
    example = examples.of_response(status, description, body.__name__)
    if status < 400:
        content = {"schema": {"$ref": body}, "example": example}
        return {"description": description, "content": {JSON: content}}
    schema = {"$ref": body, "properties": {"status": {"const": status}}}
    return {
        "description": description,
        "headers": {"Retry-After": _RETRY_AFTER} if status in (429, 503) else {},
        "content": {PROBLEM_JSON: {"schema": schema, "example": example}},
    }
