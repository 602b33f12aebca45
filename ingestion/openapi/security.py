"""How sources authenticate: the security schemes, and what each adds to an operation."""

from ingestion.auth.standard_webhooks import ID, SIGNATURE, TIMESTAMP, TOLERANCE_SECONDS
from ingestion.catalog import Catalog, Source
from ingestion.openapi.responses import Problem, Responses, write_responses
from ingestion.openapi.schemas import Json

_SIGNING = f"""Standard Webhooks (https://www.standardwebhooks.com): `v1,` and the HMAC-SHA256 of \
`{ID}.{TIMESTAMP}.body` in base64. Sign each request anew."""
_SCHEMES: dict[str, Json] = {
    "api_key": {"name": "x-api-key"},
    "hmac": {"name": SIGNATURE, "description": _SIGNING},
    "iam": {
        "name": "Authorization",
        "description": "AWS Signature Version 4, for the service execute-api.",
        "x-amazon-apigateway-authtype": "awsSigv4",  # As API Gateway exports such methods.
    },
}
_SIGNED_HEADERS: list[Json] = [
    {
        "name": ID,
        "description": "Names the message; a repeat has the same.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 256, "pattern": "^[!-\\-/-~]+$"},
    },
    {
        "name": TIMESTAMP,
        "description": f"Now, in Unix seconds; {TOLERANCE_SECONDS} seconds off at most.",
        "schema": {"type": "integer", "minimum": 0},
    },
]
_SIGNED_RESPONSES: Responses = {
    401: ("Not signed with a secret of this source's, or not just now.", Problem),
    409: ("The same signed request was taken before.", Problem),
}


def security_schemes(catalog: Catalog) -> Json:
    """Return the schemes in use. The operator and readers always use API keys."""
    used = {"api_key", *(source.auth for source in catalog.sources.values())}
    return {
        name: {"type": "apiKey", "in": "header", **scheme}
        for name, scheme in _SCHEMES.items()
        if name in used
    }


def secure(operation: Json, source: Source) -> Json:
    """Add the security of the source's `auth`. The document's default is an API key."""
    if source.auth == "api_key":
        return operation
    secured = operation | {"security": [{source.auth: []}]}
    if source.auth == "iam":
        return secured
    return secured | {
        "parameters": [{"in": "header", "required": True, **header} for header in _SIGNED_HEADERS],
        "responses": operation["responses"] | write_responses(_SIGNED_RESPONSES),
    }
