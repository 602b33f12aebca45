"""`POST /{path}`, where a source posts events, and `POST /{path}/uploads`, where it gets a URL."""

from ingestion.auth.standard_webhooks import ID, SIGNATURE, TIMESTAMP, TOLERANCE_SECONDS
from ingestion.catalog import Catalog, Source
from ingestion.event import MAX_EVENT_BYTES
from ingestion.files.upload_url import UploadRequest
from ingestion.intake.media_type import JSON
from ingestion.openapi import events, payloads
from ingestion.openapi.responses import POST, SIGNED, UPLOAD, write_responses
from ingestion.openapi.schemas import Json

_DESCRIPTION = f"""One event has at most {MAX_EVENT_BYTES} bytes.

A CloudEvent may hold its data as `data_base64`. A delete needs the id only, in `subject` or `data`.
"""
_BINARY = f"""The binary content mode is accepted too, with the attributes as headers `ce-…` and the
data as the body, of the type `{JSON}`.
"""
_NOT_BINARY = """The binary content mode is refused, because headers `ce-…` are not signed.
"""
_SIGNING = f"""Standard Webhooks (https://www.standardwebhooks.com): `v1,` and the HMAC-SHA256 of \
`{ID}.{TIMESTAMP}.body` in base64. Sign each attempt with the current time."""
SECURITY_SCHEMES: dict[str, Json] = {
    "api_key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "hmac": {"type": "apiKey", "in": "header", "name": SIGNATURE, "description": _SIGNING},
    "iam": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "AWS Signature Version 4, for the service execute-api.",
        "x-amazon-apigateway-authtype": "awsSigv4",  # As API Gateway exports such methods.
    },
}
_MESSAGE_ID = {"type": "string", "minLength": 1, "maxLength": 256, "pattern": "^[!-\\-/-~]+$"}
_SIGNED_HEADERS: list[Json] = [
    {"in": "header", "required": True, "name": name, "description": description, "schema": schema}
    for name, description, schema in (
        (ID, "The id of the message. A retry has the same id.", _MESSAGE_ID),
        (
            TIMESTAMP,
            f"Unix time in seconds, within {TOLERANCE_SECONDS} s of the current time.",
            {"type": "integer", "minimum": 0},
        ),
    )
]
# The document's default is an API key.
_SECURITY: dict[str, Json] = {
    "api_key": {},
    "hmac": {"security": [{"hmac": []}], "parameters": _SIGNED_HEADERS},
    "iam": {"security": [{"iam": []}]},
}


def paths(catalog: Catalog) -> Json:
    """Return the two paths of each source."""
    upload = {"schema": {"$ref": UploadRequest}, "example": {"name": "rows.csv.gz", "size": 1024}}
    shared = {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(POST)}
    made = {}
    for name, source in catalog.sources.items():
        signed = write_responses(SIGNED) if source.auth == "hmac" else {}
        answers = write_responses(payloads.RESPONSES) if source.map else shared
        post = _post(name, source) | {"responses": answers | signed}
        post_upload = {
            "operationId": f"{name}.uploads",  # Unique: no source's name has a dot.
            "tags": [name],
            "summary": f"Get a URL to upload a file of {name}.",
            "description": "Upload the file with the method, URL and headers of the response.",
            "requestBody": {"required": True, "content": {JSON: upload}},
            "responses": write_responses(UPLOAD) | signed,
        }
        made[f"/{source.path}"] = {"post": post | _SECURITY[source.auth]}
        made[f"/{source.path}/uploads"] = {"post": post_upload | _SECURITY[source.auth]}
    return made


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
