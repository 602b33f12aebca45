"""Reads entities by the read API, as `TableReader` reads them from the table."""

import atexit
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Self
from urllib.parse import quote

import httpx

from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.posting import (
    Unreachable,
    json_object,
    lacks_entity,
    new_client,
    retry_request,
)
from ingestion.errors import IngestionError
from ingestion.store.reader import EVERYTHING, Filter, Json, Position, Step

_RETRIES = 3
_NOTHING: Mapping[str, str | None] = {}
_RIGHT_URL = "INGEST_URL must be the base URL of the API, without the path of a source"


class NotRead(IngestionError):
    """The API refuses to read. `document` is its problem document, which may be empty."""

    def __init__(self, message: str, document: Json) -> None:
        super().__init__(message)
        self.document = document


@dataclass(frozen=True)
class ApiReader:
    """The base URL of the API, and a client with the key of a reader.

    Sends a request that may succeed later up to `retries` times more. Methods raise NotRead and
    Unreachable.
    """

    url: str
    http: httpx.Client
    retries: int = _RETRIES

    @classmethod
    def connect(cls, url: str, key: str) -> Self:
        """Return a reader with this API key. Its connections are closed when the command ends."""
        http = new_client(partial(add_api_key, key=key))
        atexit.register(http.close)
        return cls(url, http)

    def get_entity(self, entity_name: str, entity_id: str) -> Json | None:
        """Return the entity, or None if it does not exist or is deleted."""
        response = self._get(_path(entity_name, entity_id), _NOTHING)
        return None if lacks_entity(response) else _require(response, "entity")

    def all_of(
        self,
        entity_name: str,
        selected: Filter = EVERYTHING,
        after: Position | None = None,  # noqa: ARG002 - as TableReader
        page_size: int | None = None,  # noqa: ARG002
        *,
        is_descending: bool = False,  # noqa: ARG002 - `Selection` refuses it
    ) -> Iterator[Step]:
        """Yield the selected entities of a name: by id, or by time with `changed_since`."""
        return self._items(_path(entity_name), selected._asdict())

    def related_to(self, found: Json) -> Iterator[Step]:
        """Yield the entities that an entity refers to, then those that refer to it."""
        return self._items(f"{_path(found['entity_name'], found['id'])}/related", _NOTHING)

    def search(self, text: str, *, entity: str | None, source: str | None) -> Iterator[Json]:
        """Yield the hits of a search, the best first."""
        query = {"q": text, "entity": entity, "source": source}
        yield from (step.found for step in self._items("/search", query) if step.found)

    def search_page(self, query: Mapping[str, str | None]) -> Json:
        """Return a page of the hits of a search, and the cursor of the next page."""
        return self._page("/search", query)

    def _items(self, path: str, query: Mapping[str, str | None]) -> Iterator[Step]:
        cursor: Json = {}
        while True:
            page = self._page(path, {**query, **cursor})
            yield from (Step(Position(item["id"]), item) for item in page["items"])
            cursor = {"cursor": page["next_cursor"]}
            if cursor["cursor"] is None:
                return

    def _page(self, path: str, query: Mapping[str, str | None]) -> Json:
        return _require(self._get(path, query), "items")

    def _get(self, path: str, query: Mapping[str, str | None]) -> httpx.Response:
        used = {name: value for name, value in query.items() if value is not None}
        url = f"{self.url}{path}"
        try:
            return retry_request(lambda: self.http.get(url, params=used), retries=self.retries)
        except httpx.RequestError as error:
            raise Unreachable(url) from error


def _path(*names: str) -> str:
    return "/".join(["/entities", *(quote(name, safe="") for name in names)])


def _require(response: httpx.Response, member: str) -> Json:
    """Return the API's document, which has this member. Raises NotRead for any other response."""
    status, document = response.status_code, json_object(response)
    if status == HTTPStatus.OK and member in document:
        return document
    reason = document.get("detail", document.get("message", "no reason given"))
    is_of_other_server = status == HTTPStatus.NOT_FOUND and not lacks_entity(response)
    if is_of_other_server or status == HTTPStatus.OK:
        reason = _RIGHT_URL
    url = response.url.copy_with(query=None)
    raise NotRead(f"{url}: HTTP {status}: {reason}", document)
