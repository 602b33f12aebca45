"""The uploader against a real HTTP server that plays the API and the bucket."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from threading import Thread
from typing import Any

import pytest

from ingestion.sender import Unreachable
from ingestion.upload import Import
from ingestion.uploader import NotUploaded, Uploader

KEY = "uploads/sourceB/unique/x.csv"


class Platform(HTTPServer):
    """Answers the statuses in turn, then as it should; remembers what was sent."""

    def __init__(self, statuses: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses = statuses
        self.sent: list[tuple[str, str, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/b"


class Handler(BaseHTTPRequestHandler):
    server: Platform

    def do_POST(self) -> None:
        place = {"method": "PUT", "url": f"{self.server.url}/put?secret", "key": KEY}
        self._answer(201, json.dumps(place).encode())

    def do_PUT(self) -> None:
        self._answer(200, b"")

    def _answer(self, status: int, content: bytes) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.sent.append((self.command, self.path, body))
        if self.server.statuses:
            status, content = self.server.statuses.pop(0), b"told to"
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-amz-version-id", "version-1")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Keep the test's output clean."""


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    server = Platform(list(getattr(request, "param", [])))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def upload(platform: Platform) -> Import:
    return Uploader(platform.url, "key").upload("x.csv", BytesIO(b"id\n1\n"), 5)


def test_a_file_is_put_where_the_api_says(platform: Platform) -> None:
    made = upload(platform)

    assert made == Import.of_version(KEY, "version-1")
    assert platform.sent == [
        ("POST", "/b/uploads", b'{"name":"x.csv"}'),
        ("PUT", "/b/put?secret", b"id\n1\n"),
    ]


@pytest.mark.parametrize("platform", [[503], [429, 500]], indirect=True)
def test_asking_for_a_place_is_repeated(platform: Platform) -> None:
    assert upload(platform).source == "sourceB"


@pytest.mark.parametrize("platform", [[403], [503] * 4], indirect=True)
def test_what_the_api_refuses_is_told_in_its_words(platform: Platform) -> None:
    with pytest.raises(NotUploaded, match=r"HTTP (403|503): told to"):
        upload(platform)


def test_what_the_bucket_refuses_is_told_in_its_words(platform: Platform) -> None:
    uploading = Uploader(platform.url, "key")
    place = uploading._place("x.csv")
    platform.statuses.append(403)

    with pytest.raises(NotUploaded, match="HTTP 403: told to"):
        uploading._put(place, BytesIO(b""), 0)


def test_nobody_at_the_address_is_told_without_the_secrets_in_it(platform: Platform) -> None:
    platform.server_close()

    with pytest.raises(Unreachable) as error:
        Uploader("http://127.0.0.1:9/b", "key").upload("x.csv", BytesIO(b""), 0)

    assert str(error.value) == "nobody answers at http://127.0.0.1:9/b/uploads"
