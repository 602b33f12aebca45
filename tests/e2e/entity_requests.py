"""Requests to the paths of entities."""

import json
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from ingestion.cli.environment import Deployment
from tests.e2e.platform import JSON

CONTRACT = {"contract_name": "Turbines", "contract_type": "goods", "contract_status": "active"}


class Response(NamedTuple):
    """A response before it is decompressed."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.content)


def call(
    deployment: Deployment,
    method: str,
    path: str,
    body: Any = None,
    *,
    key: str | None = None,
    **headers: str,
) -> Response:
    """Call an entity's path with a key. Default: the reader's."""
    return _send(deployment, method, f"entities/{path}", body, key, headers)


def _send(
    deployment: Deployment,
    method: str,
    path: str,
    body: Any,
    key: str | None,
    headers: dict[str, str],
) -> Response:
    """Send the path unchanged, because most clients normalize paths."""
    url = urlsplit(deployment.api_url)
    keys = deployment.api_keys | {"reader": deployment.reader_api_key, "nobody": "no such key"}
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent |= {"x-api-key": keys[key or "reader"], "Accept": "*/*"}
    content = None if body is None else json.dumps(body)
    connection = HTTPConnection(str(url.hostname), url.port, timeout=120)
    connection.request(method, f"{url.path}/{path}", content, sent | JSON)
    response = connection.getresponse()
    read = response.read()
    connection.close()
    return Response(response.status, dict(response.headers), read)


def get(deployment: Deployment, path: str, **headers: str) -> Response:
    return call(deployment, "GET", path, **headers)


def search(deployment: Deployment, words: str) -> Response:
    return _send(deployment, "GET", f"search?q={quote(words)}", None, None, {})
