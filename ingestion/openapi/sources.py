"""`POST /{path}`, where a source posts events, and `POST /{path}/uploads`, where it gets a URL."""

from ingestion.catalog import Catalog, Source
from ingestion.event import MAX_EVENT_BYTES
from ingestion.files.upload_url import DocumentUploadRequest, UploadRequest
from ingestion.intake.media_type import JSON
from ingestion.openapi import events, payloads
from ingestion.openapi.responses import POST, UPLOAD, refusals, write_responses
from ingestion.openapi.schemas import Json
from ingestion.openapi.security import security_of

_DESCRIPTION = f"""One event has at most {MAX_EVENT_BYTES} bytes.

A CloudEvent may hold its data as `data_base64`. A delete needs the id only, in `subject` or `data`.
"""
_BINARY = f"""The binary content mode is accepted too, with the attributes as headers `ce-…` and the
data as the body, of the type `{JSON}`.
"""
_NOT_BINARY = """The binary content mode is refused, because headers `ce-…` are not signed.
"""


def paths(catalog: Catalog) -> Json:
    """Return the two paths of each source."""
    shared = {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(POST)}
    made = {}
    for name, source in catalog.sources.items():
        refused = write_responses(refusals(source))
        answers = {**(write_responses(payloads.RESPONSES) if source.map else shared)}
        answers[str(source.success)] = answers.pop("202")
        post = _post(name, source) | {"responses": _with_handshake(source, answers) | refused}
        post_upload = {
            "operationId": f"{name}.uploads",  # Unique: no source's name has a dot.
            "tags": [name],
            "summary": f"Get a URL to upload a file of {name}.",
            "description": "Upload the file with the method, URL and headers of the response.",
            "requestBody": {"required": True, "content": {JSON: _upload(source)}},
            "responses": write_responses(UPLOAD) | refused,
        }
        made[f"/{source.path}"] = {"post": post | security_of(name, source)}
        made[f"/{source.path}/uploads"] = {"post": post_upload | security_of(name, source)}
    return made


def _upload(source: Source) -> Json:
    """Return the body of a request for a URL."""
    if source.files.are_documents:
        example = {"name": "offer.pdf", "size": 1024}
        return {"schema": {"$ref": DocumentUploadRequest}, "example": example}
    return {"schema": {"$ref": UploadRequest}, "example": {"name": "rows.csv.gz", "size": 1024}}


def _with_handshake(source: Source, answers: Json) -> Json:
    """Return the responses with the answer to a handshake, if the source has one."""
    if source.handshake is None:
        return answers
    names = [*source.handshake.answer]
    schema: Json = {"type": "object", "required": names}
    example = dict.fromkeys(names, "text")
    description = "The answer to a handshake."
    if accepted := answers.get("200"):
        description = f"{accepted['description']} Or the answer to a handshake."
        schema = {"anyOf": [schema, accepted["content"][JSON]["schema"]]}
    content = {JSON: {"schema": schema, "example": example}}
    return answers | {"200": {"description": description, "content": content}}


def _post(name: str, source: Source) -> Json:
    """Return the operation of the source's path, without its responses."""
    operation = {"operationId": name, "tags": [name]}
    if source.map:
        body = {"description": payloads.DESCRIPTION, "content": payloads.content(source)}
        return operation | {
            "summary": f"Post one or more payloads of {name}.",
            "description": "A repeat of a payload whose rules give its time changes nothing.",
            "requestBody": body | {"required": True},
        }
    binary = _NOT_BINARY if source.auth == "hmac" else _BINARY
    body = {"description": _DESCRIPTION + binary, "content": events.content(name, source)}
    return operation | {
        "summary": f"Post one or more events of {name}.",
        "description": "A repeat of a request with the same ids and times changes nothing.",
        "requestBody": body | {"required": True},
    }
