"""The answers of the functions to HTTP requests."""

import gzip
import json
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from tests.support.factories import REQUEST_ID, Json


@dataclass(frozen=True)
class Answer:
    """What the API answers."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def document(self) -> Any:
        """The JSON document of the body."""
        return json.loads(self.text)

    @property
    def statuses(self) -> list[str]:
        """What became of each event."""
        return [event["status"] for event in self.document["events"]]


def answer_of(answer: Json) -> Answer:
    """Return the answer as a caller gets it, from the form that the gateway requires."""
    assert set(answer) == {"statusCode", "multiValueHeaders", "body", "isBase64Encoded"}
    sent = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
    assert sent.pop("X-Request-Id") == REQUEST_ID, "every answer has the id of its request"
    body: bytes = answer["body"].encode()
    if answer["isBase64Encoded"]:
        body = b64decode(body)
    if sent.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return Answer(answer["statusCode"], sent, body.decode())
