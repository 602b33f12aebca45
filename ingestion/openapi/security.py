"""How each source authenticates, as OpenAPI writes it."""

from ingestion.catalog import Catalog, Signature, Source
from ingestion.catalog.signature import Scheme
from ingestion.openapi.schemas import Json

_KEY: Json = {"type": "apiKey", "in": "header", "name": "x-api-key"}
_SCHEMES: dict[str, Json] = {
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "iam": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "AWS Signature Version 4, for the service execute-api.",
        "x-amazon-apigateway-authtype": "awsSigv4",  # As API Gateway exports such methods.
    },
}


def security_schemes(catalog: Catalog) -> dict[str, Json]:
    """Return the schemes that callers use. The operator and readers always use API keys."""
    found = {_scheme_name(*entry): _scheme(entry[1]) for entry in catalog.sources.items()}
    return {"api_key": _KEY} | found


def security_of(name: str, source: Source) -> Json:
    """Return the security and the signed headers of a source's operations.

    The document's default is an API key.
    """
    if source.auth == "api_key":
        return {}
    security: Json = {"security": [{_scheme_name(name, source): []}]}
    if source.auth == "hmac" and (headers := _signed_headers(source.scheme)):
        security["parameters"] = headers
    return security


def _scheme_name(name: str, source: Source) -> str:
    """Return the name of a source's scheme: its `auth`, with the preset unless it is standard."""
    if source.auth != "hmac" or source.signature in (None, "standard"):
        return source.auth
    return f"hmac_{name if isinstance(source.signature, Signature) else source.signature}"


def _scheme(source: Source) -> Json:
    if source.auth == "api_key":
        return _KEY
    if source.auth != "hmac":
        return _SCHEMES[source.auth]
    scheme = source.scheme
    several = f" Several may be separated by `{scheme.separator}`." if scheme.separator else ""
    again = " Sign each attempt with the current time." if scheme.signs_timestamp else ""
    return {
        "type": "apiKey",
        "in": "header",
        "name": scheme.header,
        "description": f"`{scheme.prefix}` and the HMAC-{scheme.algorithm.upper()} of"
        f" `{scheme.signed}` in {scheme.encoding}.{several}{again}",
    }


def _signed_headers(scheme: Scheme) -> list[Json]:
    """Return the headers of the id and the timestamp, if these are not in the signature's."""
    headers: list[tuple[str, str, Json]] = []
    if scheme.id_header:
        about = "The id of the message. A retry has the same id."
        message_id = {"type": "string", "minLength": 1, "maxLength": 256, "pattern": "^[!-~]+$"}
        headers.append((scheme.id_header, about, message_id))
    if scheme.timestamp_header and scheme.timestamp_prefix is None:
        about = f"Unix time in seconds, within {scheme.tolerance_seconds} s of the current time."
        headers.append((scheme.timestamp_header, about, {"type": "integer", "minimum": 0}))
    return [
        {"in": "header", "required": True, "name": name, "description": about, "schema": schema}
        for name, about, schema in headers
    ]
