"""The responses of the functions to HTTP requests."""

import gzip
import json
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from tests.support.factories import Json
from tests.support.invocations import REQUEST_ID


@dataclass(frozen=True)
class Response:
    """A response of the API."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def document(self) -> Any:
        """Return the JSON document of the body."""
        return json.loads(self.text)

    @property
    def statuses(self) -> list[str]:
        """Return what became of each event."""
        return [event["status"] for event in self.document["events"]]


def response_of(returned: Json) -> Response:
    """Return the response as a caller gets it, from the form that the gateway requires."""
    assert set(returned) == {"statusCode", "multiValueHeaders", "body", "isBase64Encoded"}
    sent = {name: values[0] for name, values in returned["multiValueHeaders"].items()}
    assert sent.pop("X-Request-Id") == REQUEST_ID, "every response has the id of its request"
    body: bytes = returned["body"].encode()
    if returned["isBase64Encoded"]:
        body = b64decode(body)
    if sent.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return Response(returned["statusCode"], sent, body.decode())
