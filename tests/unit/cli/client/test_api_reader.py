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
FOUND: Json = {"entity_name": "CONTRACT", "id": "c/1", "entity": {"contract_id": "c/1"}}


class Api(QuietHandler):
    """Has one contract, and lists it in two pages with another."""

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
            case _:
                self._answer(404, {"detail": "there is no such entity"})

    def _answer(self, status: int, document: Json) -> None:
        self.answer(status, json.dumps(document).encode())


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
