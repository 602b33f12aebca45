"""Reads, corrects and deletes single entities through the API, with the operator's key."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote

import httpx

from ingestion.cli.client.posting import (
    CONTENT_TYPE,
    Json,
    Unreachable,
    json_object,
    lacks_entity,
    retry_request,
)
from ingestion.cli.exact_numbers import write_exact_json
from ingestion.errors import IngestionError
from ingestion.event import Operation
from ingestion.intake.correction import IDEMPOTENCY_KEY

POLL_SECONDS = 0.5
_RETRIES = 3


class Refusal(IngestionError):
    """The API refused a request. `document` is its problem document, which may be empty."""

    def __init__(self, status: int, document: Json) -> None:
        super().__init__(f"HTTP {status}: {document.get('detail', 'no reason given')}")
        self.status = status
        self.document = document

    @property
    def faults(self) -> str:
        """Return the faults of the entity's fields on one line."""
        errors = self.document.get("errors", [])
        fields = (error["field"].removeprefix("body.") for error in errors)
        messages = (error["message"] for error in errors)
        return "; ".join(
            ": ".join(filter(None, pair)) for pair in zip(fields, messages, strict=True)
        )


class Found(NamedTuple):
    """An entity as readers get it, and the ETag of this version."""

    document: Json
    etag: str


@dataclass(frozen=True)
class CorrectionClient:
    """The API of an environment. Methods raise Unreachable if it does not respond, and Refusal."""

    http: httpx.Client
    api_url: str

    def read_entity(
        self, entity_name: str, entity_id: str, retries: int = _RETRIES
    ) -> Found | None:
        """Return the entity, or None if it does not exist or is deleted."""
        response = self._send("GET", entity_name, entity_id, retries=retries)
        if lacks_entity(response):
            return None
        return Found(_require(response, HTTPStatus.OK, "entity"), response.headers["ETag"])

    def correct(
        self,
        entity_name: str,
        entity_id: str,
        operation: Operation,
        fields: Json,
        headers: Mapping[str, str],
    ) -> str:
        """Replace or delete the entity. Return the id of the event that the platform accepted."""
        if operation == "delete":
            response = self._send("DELETE", entity_name, entity_id, headers=headers)
        else:
            content = write_exact_json(fields).encode()
            response = self._send("PUT", entity_name, entity_id, content, headers)
        accepted = _require(response, HTTPStatus.ACCEPTED, "events")
        event_id: str = accepted["events"][0]["id"]
        return event_id

    def wait_until(
        self,
        is_done: Callable[[Found | None], bool],
        entity_name: str,
        entity_id: str,
        seconds: float,
    ) -> bool:
        """Read the entity until it is as wanted. Return False if no read shows that in time."""
        deadline = time.monotonic() + seconds
        while True:
            with suppress(Refusal, Unreachable):  # The correction is accepted whatever a read says.
                if is_done(self.read_entity(entity_name, entity_id, retries=0)):
                    return True
            if time.monotonic() + POLL_SECONDS > deadline:
                return False
            time.sleep(POLL_SECONDS)

    def _send(
        self,
        method: str,
        entity_name: str,
        entity_id: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        retries: int = _RETRIES,
    ) -> httpx.Response:
        # Without an encoded dot, the client would resolve the ids . and .. as folders.
        encoded_id = quote(entity_id, safe="").replace(".", "%2E")
        request = self.http.build_request(
            method,
            f"{self.api_url}/entities/{entity_name}/{encoded_id}",
            content=content,
            headers={**(headers or {}), **(CONTENT_TYPE if content else {})},
        )
        try:
            return retry_request(partial(self.http.send, request), retries=retries)
        except httpx.RequestError as error:
            raise Unreachable(self.api_url) from error


def correction_headers(event_key: str, found: Found | None, *, force: bool) -> dict[str, str]:
    """Return the headers of a correction of exactly the version that was read.

    With `force` it replaces whatever version is stored when the API receives it.
    """
    if found is None:
        return {IDEMPOTENCY_KEY: event_key, "If-None-Match": "*"}
    return {IDEMPOTENCY_KEY: event_key, "If-Match": "*" if force else found.etag}


def _require(response: httpx.Response, status: HTTPStatus, member: str) -> Json:
    """Return the API's document, which has this member. Raises Refusal for any other response."""
    document = json_object(response)
    if response.status_code == status and member in document:
        return document
    if response.is_success:
        document = {"detail": f"{response.url} is not the API"}
    raise Refusal(response.status_code, document)
