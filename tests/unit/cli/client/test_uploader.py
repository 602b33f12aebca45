"""The uploader against a real HTTP server that plays the API and the bucket."""

from collections.abc import Iterator
from functools import partial
from http.server import HTTPServer
from io import BytesIO

import pytest

from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.event_client import Unreachable
from ingestion.cli.client.posting import new_client
from ingestion.cli.client.uploader import NotUploaded, _put_file, upload_file
from ingestion.files.upload import UploadKeys
from ingestion.files.upload_url import PresignedUpload
from tests.support.servers import QuietHandler, serving

KEY = "uploads/sourceB/unique/x.csv"


class Platform(HTTPServer):
    """Returns the statuses in turn, then the right response; remembers what was sent."""

    def __init__(self, statuses: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses = statuses
        self.refusal = b"as configured"
        self.sent: list[tuple[str, str, bytes]] = []
        self.keys: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/b"


class Handler(QuietHandler):
    server: Platform

    def do_POST(self) -> None:
        url = f"{self.server.url}/put?secret"
        presigned = PresignedUpload(
            url=url, key=KEY, expires_at="2026-01-31T12:00:00Z", max_bytes=1
        )
        self._answer(201, presigned.model_dump_json().encode())

    def do_PUT(self) -> None:
        self._answer(200, b"")

    def _answer(self, status: int, content: bytes) -> None:
        self.server.sent.append((self.command, self.path, self.body()))
        self.server.keys.append(self.headers["x-api-key"])
        if self.server.statuses:
            status, content = self.server.statuses.pop(0), self.server.refusal
        self.answer(status, content, x_amz_version_id="version-1")


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with serving(Platform(list(getattr(request, "param", [])))) as platform:
        yield platform


def upload_one(platform: Platform) -> UploadKeys:
    with new_client(partial(add_api_key, key="key")) as http:
        return upload_file(http, platform.url, "x.csv", BytesIO(b"id\n1\n"), 5)


def test_a_file_is_put_where_the_api_says(platform: Platform) -> None:
    made = upload_one(platform)

    assert made == UploadKeys.from_upload(KEY, "version-1")
    assert platform.sent == [
        ("POST", "/b/uploads", b'{"name":"x.csv"}'),
        ("PUT", "/b/put?secret", b"id\n1\n"),
    ]
    assert platform.keys == ["key", None]  # A credential goes to the API only.


class Watched(BytesIO):
    """A file that knows the largest piece that was read of it."""

    largest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.largest = max(self.largest, len(content := super().read(size)))
        return content


def test_a_file_is_sent_piece_by_piece(platform: Platform) -> None:
    size_bytes = 8 * 1024 * 1024
    content = Watched(bytes(size_bytes))

    with new_client(partial(add_api_key, key="key")) as http:
        upload_file(http, platform.url, "x.csv", content, size_bytes)

    assert len(platform.sent[1][2]) == size_bytes
    assert content.largest == 65_536


@pytest.mark.parametrize("platform", [[503], [429, 500]], indirect=True)
def test_asking_for_a_place_is_repeated(platform: Platform) -> None:
    assert upload_one(platform).source == "sourceB"


@pytest.mark.parametrize("platform", [[403], [503] * 4], indirect=True)
def test_a_refusal_of_the_api_is_reported_with_its_text(platform: Platform) -> None:
    with pytest.raises(NotUploaded, match=r"HTTP (403|503): as configured"):
        upload_one(platform)


@pytest.mark.parametrize("platform", [[422]], indirect=True)
def test_only_the_detail_of_a_problem_document_is_reported(platform: Platform) -> None:
    platform.refusal = b'{"title": "x", "detail": "no file by this name"}'

    with pytest.raises(NotUploaded, match=r"^HTTP 422: no file by this name$"):
        upload_one(platform)


def test_a_refusal_of_the_bucket_is_reported_with_its_text(platform: Platform) -> None:
    with new_client(partial(add_api_key, key="key")) as http:
        presigned = PresignedUpload(
            url=f"{platform.url}/put", key=KEY, expires_at="2026-01-31T12:00:00Z", max_bytes=1
        )
        platform.statuses.append(403)

        with pytest.raises(NotUploaded, match="HTTP 403: as configured"):
            _put_file(http, presigned, BytesIO(b""), 0)


def test_an_unreachable_address_is_reported_without_its_secrets(platform: Platform) -> None:
    platform.server_close()

    with new_client(partial(add_api_key, key="key")) as http, pytest.raises(Unreachable) as error:
        upload_file(http, "http://127.0.0.1:9/b", "x.csv", BytesIO(b""), 0)

    assert str(error.value) == "no response from http://127.0.0.1:9/b/uploads"
