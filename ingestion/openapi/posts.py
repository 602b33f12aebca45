"""`POST /{path}`, where a source posts events, and `POST /{path}/uploads`, where it gets a URL."""

from ingestion.catalog import Catalog, Source
from ingestion.event import MAX_EVENT_BYTES
from ingestion.files.upload_url import Place, UploadRequest
from ingestion.intake.media_type import JSON
from ingestion.openapi import events
from ingestion.openapi.responses import (
    Problem,
    Refusal,
    Responses,
    Results,
    UploadRefusal,
    write_responses,
)
from ingestion.openapi.schemas import Json
from ingestion.openapi.security import secure

RESPONSES: Responses = {
    202: ("All events are accepted.", Results),
    207: ("Some events are accepted, the others refused for good.", Results),
    400: ("The body is not JSON.", Problem),
    403: ("No credential, an unknown one, or another source's.", Problem),
    404: ("No source has this path, or the method is not POST.", Problem),
    413: ("The body or every event is too large, or there are too many events.", Refusal),
    415: ("Another content type or charset, or a content encoding.", Problem),
    422: ("No event is accepted.", Refusal),
    429: ("Over the source's rate: repeat after Retry-After with the same ids.", Problem),
    503: ("Not all was taken: repeat after Retry-After with the same ids.", Refusal),
}
UPLOAD_RESPONSES: Responses = {
    201: ("Where to put the file, with nothing but its content.", Place),
    400: ("The body is not JSON.", Problem),
    403: ("No credential, an unknown one, or another source's.", Problem),
    404: ("No source has this path.", Problem),
    413: ("The body is too large.", Problem),
    415: ("Another content type or charset, or a content encoding.", Problem),
    422: ("No file can have this name.", UploadRefusal),
    429: ("Over the source's rate: repeat after Retry-After.", Problem),
    503: ("Not answered: repeat after Retry-After.", Problem),
}
_DESCRIPTION = f"""One event has at most {MAX_EVENT_BYTES} bytes.

A CloudEvent may hold its data as `data_base64`, and that of a delete be left out where `subject` is
the entity's id. """
_BINARY = f"""It may come in the binary content mode too: its attributes as headers `ce-…`, its
data alone as the body, of the type `{JSON}`.
"""
_NOT_BINARY = """Its binary content mode is refused: headers `ce-…` are not signed.
"""


def paths(catalog: Catalog) -> Json:
    """Return the two paths of each source."""
    made = {}
    for name, source in catalog.sources.items():
        made[f"/{source.path}"] = {"post": secure(_events(name, source), source)}
        made[f"/{source.path}/uploads"] = {"post": secure(_upload(name), source)}
    return made


def _events(name: str, source: Source) -> Json:
    return {
        "operationId": name,
        "summary": f"Take one event of {name}, or several.",
        "requestBody": {
            "description": _DESCRIPTION + (_NOT_BINARY if source.auth == "hmac" else _BINARY),
            "required": True,
            "content": events.content(name, source),
        },
        "responses": {
            str(status): {"$ref": f"#/components/responses/{status}"} for status in RESPONSES
        },
    }


def _upload(name: str) -> Json:
    content = {"schema": {"$ref": UploadRequest}, "example": {"name": "rows.csv.gz"}}
    return {
        "operationId": f"{name}.uploads",  # Unique: no source's name has a dot.
        "summary": f"Say where {name} may put a file.",
        "requestBody": {"required": True, "content": {JSON: content}},
        "responses": write_responses(UPLOAD_RESPONSES),
    }
