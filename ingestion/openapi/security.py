"""The part of the OpenAPI document on how callers show who they are."""

from ingestion.auth.standard_webhooks import ID, SIGNATURE, TIMESTAMP, TOLERANCE_SECONDS
from ingestion.catalog import Catalog, Source
from ingestion.openapi.components import Components
from ingestion.openapi.schemas import Json

_REFUSED = {
    401: "Not signed with a secret of this source's, or not just now.",
    409: "The same signed request was taken before.",
}
_SCHEMES: dict[str, Json] = {
    "api_key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "hmac": {
        "type": "apiKey",
        "in": "header",
        "name": SIGNATURE,
        "description": f"Standard Webhooks (https://www.standardwebhooks.com): `v1,` and the"
        f" HMAC-SHA256 of `{ID}.{TIMESTAMP}.body` in base64. Sign each request anew.",
    },
    # As API Gateway exports such methods.
    "iam": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "AWS Signature Version 4, for the service execute-api.",
        "x-amazon-apigateway-authtype": "awsSigv4",
    },
}
_SIGNED_HEADERS: list[Json] = [
    {
        "name": ID,
        "in": "header",
        "required": True,
        "description": "Names the message; a repeat has the same.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 256, "pattern": "^[!-\\-/-~]+$"},
    },
    {
        "name": TIMESTAMP,
        "in": "header",
        "required": True,
        "description": f"Now, in Unix seconds; {TOLERANCE_SECONDS} seconds off at most.",
        "schema": {"type": "integer", "minimum": 0},
    },
]


def security_schemes(catalog: Catalog) -> Json:
    """The ways in use: keys are, if only the operator's."""
    used = {"api_key", *(source.auth for source in catalog.sources.values())}
    return {name: scheme for name, scheme in _SCHEMES.items() if name in used}


def secured(operation: Json, source: Source, components: Components) -> Json:
    """The operation with how its source shows who it is; keys are asked for unless told."""
    if source.auth == "api_key":
        return operation
    secured = operation | {"security": [{source.auth: []}]}
    if source.auth == "iam":
        return secured
    refused = {str(status): components.problem(status, said) for status, said in _REFUSED.items()}
    answers = operation["responses"] | refused
    return secured | {"parameters": _SIGNED_HEADERS, "responses": answers}
