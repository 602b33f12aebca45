"""`ingest send` and `ingest upload` with the URL of a source and a key, outside a checkout."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ingestion.cli import app
from ingestion.cli.checkout import Checkout
from tests.integration.sending.conftest import Api, Run

EVENT = '{"entity_name": "CONTRACT", "body": {"contract_id": "c-1"}}'

Outside = Callable[..., Result]


@pytest.fixture
def outside(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outside:
    """Run `ingest …` outside a checkout, with the URL of a source."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("INGEST_URL", f"{api.url}/prod/b")
    monkeypatch.setenv("INGEST_KEY", "of the source")
    monkeypatch.chdir(tmp_path)
    runner = CliRunner(env={"COLUMNS": "1000"})

    def run(*arguments: str, stdin: str = "") -> Result:
        nowhere = Checkout(tmp_path / "site-packages")
        return runner.invoke(app.app, arguments, input=stdin, obj=nowhere)

    return run


def test_send_needs_no_source(api: Api, outside: Outside) -> None:
    result = outside("send", "-", stdin=EVENT)

    assert result.exit_code == 0
    assert [event["body"] for event in api.posts[0]] == [{"contract_id": "c-1"}]
    assert api.requests == [("/prod/b", "of the source")]


def test_a_refused_key_names_both_variables(api: Api, outside: Outside) -> None:
    api.status = 403

    result = outside("send", "-", stdin=EVENT)

    assert result.exit_code == 1
    assert "check INGEST_URL, which must end in the path of a source" in result.stderr


@pytest.mark.parametrize("url", ["api.example.com/b", "localhost:4566"])
def test_a_url_without_its_scheme_is_no_environment(
    outside: Outside, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("INGEST_URL", url)

    result = outside("send", "-", stdin=EVENT)

    assert result.exit_code == 1
    assert str(result.exception).startswith(f"{url!r} must start with https://")


def test_the_option_wins_over_the_variable(outside: Outside) -> None:
    result = outside("send", "-", "--env", "prod", stdin=EVENT)

    assert result.exit_code == 1
    assert "'prod' has no outputs.json in .stack/ and no login" in str(result.exception)


def test_upload_says_where_the_report_will_be(api: Api, outside: Outside) -> None:
    Path("rows.csv").write_text("contract_id\nc-1\n")

    result = outside("upload", "rows.csv")

    assert result.exit_code == 0
    assert "in the bucket of uploads: reports/sourceB/" in result.stderr
    assert api.requests[0] == ("/prod/b/uploads", "of the source")


@pytest.mark.parametrize("options", [[], ["-o", "json"]], ids=["table", "json"])
def test_a_file_that_the_bucket_stored_is_uploaded_although_the_response_was_lost(
    api: Api, outside: Outside, options: list[str]
) -> None:
    Path("rows.csv").write_text("contract_id\nc-1\n")
    api.is_response_lost = True

    result = outside("upload", "rows.csv", *options)

    assert (result.exit_code, api.puts) == (0, 2)
    assert "Uploaded. The response with the upload id was lost" in result.stderr
    shown = json.loads(result.stdout) if options else None
    assert shown == ({"upload_id": None, "report": None} if options else None)


def test_an_upload_to_an_api_that_does_not_respond_sends_nothing(outside: Outside) -> None:
    Path("rows.csv").write_text("contract_id\nc-1\n")

    result = outside("upload", "rows.csv", "--env", "http://127.0.0.1:9/b")

    assert result.exit_code == 1
    assert result.stderr == ""
    assert str(result.exception) == "no response from http://127.0.0.1:9/b/uploads"


@pytest.mark.parametrize("path", ["", "prod"])
def test_the_base_url_of_the_api_is_refused_as_a_source(
    api: Api, outside: Outside, path: str
) -> None:
    api.status = 405

    result = outside("send", "-", "--env", f"{api.url}/{path}", stdin=EVENT)

    assert result.exit_code == 1
    assert "HTTP 405: check INGEST_URL, which must end in the path of a source" in result.stderr


def test_following_a_report_needs_a_login(outside: Outside) -> None:
    Path("rows.csv").write_text("contract_id\nc-1\n")

    result = outside("upload", "rows.csv", "--follow")

    assert result.exit_code == 1
    assert "run `ingest login --bucket NAME`" in str(result.exception)


def test_with_names_of_an_environment_a_source_is_needed(run: Run) -> None:
    result = run("send", "-", stdin=EVENT.encode())

    assert result.exit_code == 2
    assert "name a source of the catalog: sourceA, sourceB, sourceC, documents" in result.stderr
