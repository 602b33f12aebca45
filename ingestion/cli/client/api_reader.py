"""Reads entities by the read API, as `TableReader` reads them from the table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote

import httpx

from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.posting import new_client, retry_request
from ingestion.errors import IngestionError
from ingestion.store.reader import EVERYTHING, Filter, Json, Position, Step

_RETRIES = 3
_NOTHING: Mapping[str, str | None] = {}


class NotRead(IngestionError):
    """The API refuses to read, or does not respond."""


@dataclass(frozen=True)
class ApiReader:
    """The base URL of the API, and a client with the key of a reader. Methods raise NotRead."""

    url: str
    http: httpx.Client

    @classmethod
    def connect(cls, url: str, key: str) -> Self:
        """Return a reader with this API key."""
        return cls(url, new_client(partial(add_api_key, key=key)))

    def get_entity(self, entity_name: str, entity_id: str) -> Json | None:
        """Return the entity, or None if it does not exist or is deleted."""
        return self._read(_path(entity_name, entity_id), _NOTHING)

    def all_of(
        self,
        entity_name: str,
        selected: Filter = EVERYTHING,
        after: Position | None = None,  # noqa: ARG002 - as TableReader
        page_size: int | None = None,  # noqa: ARG002
    ) -> Iterator[Step]:
        """Yield the selected entities of a name: by id, or by time with `changed_since`."""
        return self._items(_path(entity_name), selected._asdict())

    def related_to(self, found: Json) -> Iterator[Step]:
        """Yield the entities that an entity refers to, then those that refer to it."""
        return self._items(f"{_path(found['entity_name'], found['id'])}/related", _NOTHING)

    def _items(self, path: str, query: Mapping[str, str | None]) -> Iterator[Step]:
        cursor: Json = {}
        while page := self._read(path, {**query, **cursor}):
            yield from (Step(Position(item["id"]), item) for item in page["items"])
            cursor = {"cursor": page["next_cursor"]}
            if cursor["cursor"] is None:
                return

    def _read(self, path: str, query: Mapping[str, str | None]) -> Json | None:
        """Return what the API returns; None if it has no such entity."""
        used = {name: value for name, value in query.items() if value is not None}
        url = f"{self.url}{path}"
        try:
            response = retry_request(lambda: self.http.get(url, params=used), retries=_RETRIES)
        except httpx.RequestError as error:
            raise NotRead(f"no response from {url}") from error
        document = _document_of(response)
        if response.status_code == HTTPStatus.OK:
            return document
        if response.status_code == HTTPStatus.NOT_FOUND and "detail" in document:
            return None
        reason = document.get("detail", document.get("message", "no reason given"))
        raise NotRead(f"{url}: HTTP {response.status_code}: {reason}")


def _path(*names: str) -> str:
    return "/".join(["/entities", *(quote(name, safe="") for name in names)])


def _document_of(response: httpx.Response) -> Json:
    """Return a JSON object; empty if the response is none."""
    try:
        document: Any = response.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
