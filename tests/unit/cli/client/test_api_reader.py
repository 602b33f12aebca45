"""Commands read by the API with a URL and a key, page by page."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from typer.testing import CliRunner, Result

from ingestion.cli import app
from ingestion.cli.checkout import Checkout
from tests.support.factories import Json
from tests.support.servers import QuietHandler, serving

KEY = "the key of a reader"
RIGHT_URL = "INGEST_URL must be the base URL of the API, without the path of a source"
READ_COMMANDS = [
    ["get", "CONTRACT", "c-1"],
    ["list", "CONTRACT"],
    ["related", "CONTRACT", "c-1"],
    ["export", "CONTRACT"],
]
FOUND: Json = {"entity_name": "CONTRACT", "id": "c/1", "entity": {"contract_id": "c/1"}}


class Api(QuietHandler):
    """Has one contract, and lists it in two pages with another.

    Its gateway does not know the paths outside /v1/entities. Any path in /page is a page of HTML.
    """

    def do_GET(self) -> None:
        if self.headers["x-api-key"] != KEY:
            self.answer(403, b'{"message": "Forbidden"}')
            return
        url = urlsplit(self.path)
        self.server.asked.append((url.path, parse_qs(url.query)))  # type: ignore[attr-defined]
        found = FOUND | {"event": {"time": "2026-01-31T00:00:00.000000Z"}}
        match unquote(url.path):
            case "/v1/entities/CONTRACT/c/1":
                self._answer(200, found)
            case "/v1/entities/CONTRACT" if "cursor" not in url.query:
                self._answer(200, {"items": [found], "next_cursor": "2"})
            case "/v1/entities/CONTRACT":
                self._answer(200, {"items": [found | {"id": "c-2"}], "next_cursor": None})
            case "/v1/entities/CONTRACT/c/1/related":
                line = {"direction": "refers_to", "field": "x_id", "event": None}
                self._answer(200, {"items": [found | line | {"entity": None}], "next_cursor": None})
            case path if path.startswith("/v1/entities"):
                self._answer(404, {"detail": "there is no such entity"}, X_Request_Id="1")
            case path if path.startswith("/page"):
                self.answer(200, b"<html>")
            case path if path.startswith("/list"):
                self.answer(200, b"[]")
            case path if path.startswith("/other"):
                self._answer(200, {})
            case _:
                self._answer(404, {"status": 404, "detail": "there is no such path and method"})

    def _answer(self, status: int, document: Json, **headers: str) -> None:
        self.answer(status, json.dumps(document).encode(), **headers)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Api)
    server.asked = []  # type: ignore[attr-defined]
    monkeypatch.setenv("INGEST_URL", f"http://127.0.0.1:{server.server_port}/v1/")
    monkeypatch.setenv("INGEST_KEY", KEY)
    with serving(server) as running:
        yield running


def ingest(*arguments: str) -> Result:
    """Run `ingest …` outside a checkout."""
    return CliRunner().invoke(app.app, arguments, obj=Checkout(Path("/nowhere")))


@pytest.mark.usefixtures("api")
def test_get_shows_an_entity_whose_id_needs_encoding() -> None:
    result = ingest("get", "CONTRACT", "c/1", "-o", "json")

    assert json.loads(result.stdout)["entity"] == FOUND["entity"]


@pytest.mark.usefixtures("api")
def test_get_of_an_entity_that_does_not_exist_ends_with_its_own_exit_code() -> None:
    result = ingest("get", "CONTRACT", "c-9")

    assert result.exit_code == 3
    assert "has no CONTRACT 'c-9'" in result.stderr


@pytest.mark.parametrize("command", READ_COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("path", "status"),
    [("v1/b", 404), ("", 404), ("page", 200), ("list", 200), ("other", 200)],
    ids=lambda value: str(value) or "no path",
)
def test_a_url_that_is_not_the_base_url_of_the_api_is_named(
    api: HTTPServer, monkeypatch: pytest.MonkeyPatch, path: str, status: int, command: list[str]
) -> None:
    url = f"http://127.0.0.1:{api.server_port}/{path}".rstrip("/")
    monkeypatch.setenv("INGEST_URL", url)

    result = ingest(*command)

    assert (result.exit_code, result.stdout) == (1, "")
    message = str(result.exception)
    assert message.startswith(f"{url}/entities/CONTRACT")
    assert message.endswith(f": HTTP {status}: {RIGHT_URL}")


@pytest.mark.usefixtures("api")
def test_a_list_of_an_entity_that_only_this_machine_knows_is_refused_with_the_reason() -> None:
    result = ingest("list", "EQUIPMENT")

    assert result.exit_code == 1
    assert str(result.exception).endswith("EQUIPMENT: HTTP 404: there is no such entity")


def test_list_reads_all_pages_with_its_filters(api: HTTPServer) -> None:
    since = datetime(2026, 1, 31, tzinfo=UTC).isoformat()

    result = ingest(
        "list", "CONTRACT", "--changed-since", since, "--source", "sourceB", "-o", "json"
    )

    filters = {"changed_since": ["2026-01-31T00:00:00.000000Z"], "source": ["sourceB"]}
    assert [item["id"] for item in json.loads(result.stdout)] == ["c/1", "c-2"]
    assert [query for _, query in api.asked] == [filters, filters | {"cursor": ["2"]}]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("api")
def test_related_lists_what_the_api_relates() -> None:
    result = ingest("related", "CONTRACT", "c/1", "-o", "json")

    assert [item["direction"] for item in json.loads(result.stdout)] == ["refers_to"]


@pytest.mark.usefixtures("api")
def test_a_refused_key_is_named_with_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_KEY", "of nobody")

    result = ingest("list", "CONTRACT")

    assert result.exit_code == 1
    assert "/v1/entities/CONTRACT: HTTP 403: Forbidden" in str(result.exception)


def test_without_a_response_the_url_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("INGEST_KEY", KEY)

    result = ingest("list", "CONTRACT")

    assert result.exit_code == 1
    assert "no response from http://127.0.0.1:9/v1/entities/CONTRACT" in str(result.exception)


def test_without_a_key_the_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INGEST_KEY", raising=False)

    result = ingest("list", "CONTRACT", "--env", "https://api.example.com/prod")

    assert result.exit_code == 1
    assert "INGEST_KEY is not set" in str(result.exception)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://a:b/x", "is not a valid URL: Invalid port"),
        ("http://api.example.com/prod", "must start with https://"),
        ("http://127.0.0.1.example.com/prod", "must start with https://"),
        ("ftp://api.example.com/prod", "must start with https://"),
        ("https:///prod", "must start with https://"),
    ],
)
@pytest.mark.parametrize("command", [["list", "CONTRACT"], ["send", "-"]], ids=" ".join)
def test_no_key_is_sent_to_a_url_that_is_not_valid_or_not_encrypted(
    monkeypatch: pytest.MonkeyPatch, url: str, reason: str, command: list[str]
) -> None:
    monkeypatch.setenv("INGEST_URL", url)
    monkeypatch.setenv("INGEST_KEY", KEY)

    result = ingest(*command)

    assert result.exit_code == 1
    assert f"{url!r} {reason}" in str(result.exception)


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize(
    "command",
    [["dlq", "list"], ["sources"], ["secrets", "list", "--source", "sourceA"], ["tail"]],
    ids=" ".join,
)
def test_other_commands_need_a_login(command: list[str]) -> None:
    result = ingest(*command)

    assert result.exit_code == 1
    assert "run `ingest login --bucket NAME`" in str(result.exception)
