"""The API's description of itself: the OpenAPI document for one address, and the links at `/`."""

from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

API_URL = "{api_url}"  # Stands for the address in the texts of the packaged document.
DOCUMENT, PAGE = "openapi.json", "docs"


def api_url(request: APIGatewayProxyEvent, configured: str | None) -> str:
    """Return the configured address, or that of the request."""
    context = request.request_context
    path = context.path.rstrip("/").removesuffix(f"/{DOCUMENT}")  # A custom domain has no stage.
    return configured or f"https://{context.domain_name}{path}"


def at_address(document: dict[str, Any], url: str) -> dict[str, Any]:
    """Return the OpenAPI document of the API at `url`."""
    info = document["info"]
    text = info["description"].replace(API_URL, url)
    return document | {"info": info | {"description": text}, "servers": [{"url": url}]}


def links(url: str, *, has_page: bool) -> dict[str, str]:
    """Return the addresses of the description."""
    page = {"docs": f"{url}/{PAGE}"} if has_page else {}
    return {"openapi": f"{url}/{DOCUMENT}", **page}
