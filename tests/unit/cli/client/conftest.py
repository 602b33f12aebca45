"""A server that answers the sender as a test wants."""

import json
from collections.abc import Iterator
from http.server import HTTPServer
from typing import Any

import pytest

from tests.support.servers import QuietHandler, serving


class FakeApi(HTTPServer):
    """Returns the statuses in turn, then 202; remembers what was posted."""

    def __init__(self, statuses: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses = statuses
        self.posts: list[list[Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/a"


class Handler(QuietHandler):
    server: FakeApi

    def do_POST(self) -> None:
        events = json.loads(self.body())
        self.server.posts.append(events)
        bad = any(event == "bad" for event in events)
        status = self.server.statuses.pop(0) if self.server.statuses else 400 if bad else 202
        accepted = [{"index": i, "status": "accepted"} for i, _ in enumerate(events)]
        document: dict[str, Any] = {"events": accepted, "errors": []} if status == 202 else {}
        self.answer(status, json.dumps(document).encode(), Retry_After="0")


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Iterator[FakeApi]:
    with serving(FakeApi(list(getattr(request, "param", [])))) as api:
        yield api
