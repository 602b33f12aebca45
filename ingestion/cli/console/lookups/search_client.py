"""One connection to the search of the environment for all pages of a console."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from threading import Lock
from typing import Any

from ingestion.cli.client.api_reader import ApiReader, NotRead
from ingestion.cli.environment import Deployment
from ingestion.cli.search.finding import open_search

_REFUSED_KEY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass
class SearchClient:
    """Keeps the reader until the API refuses its key.

    The next search then opens a reader with the current key. A page sends each
    request once: the operator repeats it.
    """

    _lock: Lock = field(default_factory=Lock)
    _reader: ApiReader | None = None
    _opened: list[ApiReader] = field(default_factory=list)  # Others may use one until the end.

    def close(self) -> None:
        """Close the connections to the API."""
        for reader in self._opened:
            reader.http.close()

    def search(self, deployment: Deployment, query: Mapping[str, str | None]) -> dict[str, Any]:
        """Return a page of hits. Raises NotRead and Unreachable."""
        with self._lock:
            if self._reader is None:
                self._reader = replace(open_search(deployment), retries=0)
                self._opened.append(self._reader)
            reader = self._reader
        try:
            return reader.search_page(query)
        except NotRead as error:
            if error.document.get("status") in _REFUSED_KEY or "message" in error.document:
                self._reader = None
            raise
