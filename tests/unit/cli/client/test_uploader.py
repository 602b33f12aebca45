"""The uploader against a real HTTP server that plays the API and the bucket."""

from collections.abc import Iterator
from functools import partial
from http.server import HTTPServer
from io import BytesIO

import pytest
from pydantic_core import from_json

from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.posting import NotAllowed, Unreachable, new_client
from ingestion.cli.client.uploader import NotUploaded, upload_file
from ingestion.files.upload import UploadKeys
from ingestion.files.upload_url import PresignedUpload
from tests.support.servers import QuietHandler, serving

KEY = "uploads/sourceB/unique/x.csv"


LOST = 0  # The bucket stores the file, and its response is lost.


class Platform(HTTPServer):
    """Plays the API and the bucket, which stores a file once; remembers what was sent.

    Returns `statuses` in turn first. `put_statuses` does the same for the bucket only.
    """

    def __init__(self, statuses: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses = statuses
        self.put_statuses: list[int] = []
        self.refusal = b"as configured"
        self.sent: list[tuple[str, str, bytes]] = []
        self.headers: list[dict[str, str]] = []
        self.stored: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/b"


class Handler(QuietHandler):
    server: Platform

    def do_POST(self) -> None:
        content = self._note()
        if self.server.statuses:
            self._answer(self.server.statuses.pop(0), self.server.refusal)
            return
        presigned = PresignedUpload(
            url=f"{self.server.url}/put?secret",
            headers={"Content-Length": str(from_json(content)["size"]), "If-None-Match": "*"},
            key=KEY,
            expires_at="2026-01-31T12:00:00Z",
            max_bytes=1,
        )
        self._answer(201, presigned.model_dump_json().encode())

    def do_PUT(self) -> None:
        content = self._note()
        status = self.server.put_statuses.pop(0) if self.server.put_statuses else 200
        if status in (200, LOST):
            status = 412 if self.server.stored else status
            self.server.stored += [] if self.server.stored else [content]
        if status == LOST:
            self.close_connection = True
            return
        self._answer(status, self.server.refusal)

    def _note(self) -> bytes:
        content = self.body()
        self.server.sent.append((self.command, self.path, content))
        self.server.headers.append({name.lower(): self.headers[name] for name in self.headers})
        return content

    def _answer(self, status: int, content: bytes) -> None:
        version = {"x_amz_version_id": "version-1"} if status == 200 else {}
        self.answer(status, content, **version)


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with serving(Platform(list(getattr(request, "param", [])))) as platform:
        yield platform


def version_found(key: str) -> str:
    """Return a version other than the one in a response."""
    assert key == KEY
    return "version-found"


def upload_one(platform: Platform) -> UploadKeys:
    with new_client(partial(add_api_key, key="key")) as http:
        content = BytesIO(b"id\n1\n")
        return upload_file(http, platform.url, "x.csv", content, 5, version_found)


def test_a_file_is_put_where_the_api_says(platform: Platform) -> None:
    made = upload_one(platform)

    assert made == UploadKeys.from_upload(KEY, "version-1")
    assert platform.sent == [
        ("POST", "/b/uploads", b'{"name":"x.csv","size":5}'),
        ("PUT", "/b/put?secret", b"id\n1\n"),
    ]
    post, put = platform.headers
    assert (post["x-api-key"], "x-api-key" in put) == ("key", False)  # For the API only.
    assert (put["content-length"], put["if-none-match"]) == ("5", "*")
    assert "transfer-encoding" not in put


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
        upload_file(http, platform.url, "x.csv", content, size_bytes, version_found)

    assert len(platform.sent[1][2]) == size_bytes
    assert content.largest == 65_536


@pytest.mark.parametrize("platform", [[503], [429, 500]], indirect=True)
def test_asking_for_a_place_is_repeated(platform: Platform) -> None:
    assert upload_one(platform).source == "sourceB"


@pytest.mark.parametrize("platform", [[409], [503] * 4], indirect=True)
def test_a_refusal_of_the_api_is_reported_with_its_text(platform: Platform) -> None:
    with pytest.raises(NotUploaded, match=r"HTTP (409|503): as configured"):
        upload_one(platform)


@pytest.mark.parametrize("platform", [[401], [403], [404], [405]], indirect=True)
def test_a_refused_credential_is_an_error_of_its_own(platform: Platform) -> None:
    with pytest.raises(NotAllowed, match=r"/b/uploads responds with HTTP 40[1345]$"):
        upload_one(platform)


@pytest.mark.parametrize("platform", [[200], [201]], indirect=True)
@pytest.mark.parametrize("content", [b"<html>", b"[]", b"{}"], ids=bytes.decode)
def test_a_response_that_is_not_of_the_api_is_an_error(platform: Platform, content: bytes) -> None:
    platform.refusal = content

    with pytest.raises(NotAllowed, match=r"/b/uploads responds with HTTP 20[01]$"):
        upload_one(platform)


@pytest.mark.parametrize("platform", [[422]], indirect=True)
def test_only_the_detail_of_a_problem_document_is_reported(platform: Platform) -> None:
    platform.refusal = b'{"title": "x", "detail": "no file by this name"}'

    with pytest.raises(NotUploaded, match=r"^HTTP 422: no file by this name$"):
        upload_one(platform)


@pytest.mark.parametrize("statuses", [[403], [503] * 4, [409] * 4], ids=str)
def test_a_refusal_of_the_bucket_is_reported_with_its_text(
    platform: Platform, statuses: list[int]
) -> None:
    platform.put_statuses = statuses.copy()

    with pytest.raises(NotUploaded, match=f"HTTP {statuses[0]}: as configured"):
        upload_one(platform)

    assert platform.stored == []


@pytest.mark.parametrize("statuses", [[503], [409], [500, 409]], ids=str)
def test_a_file_that_the_bucket_did_not_take_is_sent_again_from_its_beginning(
    platform: Platform, statuses: list[int]
) -> None:
    platform.put_statuses = statuses.copy()

    made = upload_one(platform)

    assert made == UploadKeys.from_upload(KEY, "version-1")
    assert platform.stored == [b"id\n1\n"]
    assert [content for method, _, content in platform.sent if method == "PUT"] == [b"id\n1\n"] * (
        len(statuses) + 1
    )


@pytest.mark.parametrize("statuses", [[LOST], [503, LOST], [LOST, 409], [412]], ids=str)
def test_a_file_that_is_there_after_a_lost_response_counts_as_uploaded_once(
    platform: Platform, statuses: list[int]
) -> None:
    platform.put_statuses = statuses.copy()

    made = upload_one(platform)

    assert made == UploadKeys.from_upload(KEY, "version-found")
    assert platform.stored == ([b"id\n1\n"] if LOST in statuses else [])
    assert [method for method, _, _ in platform.sent].count("POST") == 1


def test_an_unreachable_address_is_reported_without_its_secrets(platform: Platform) -> None:
    platform.server_close()

    with new_client(partial(add_api_key, key="key")) as http, pytest.raises(Unreachable) as error:
        upload_file(http, "http://127.0.0.1:9/b", "x.csv", BytesIO(b""), 0, version_found)

    assert str(error.value) == "no response from http://127.0.0.1:9/b/uploads"
