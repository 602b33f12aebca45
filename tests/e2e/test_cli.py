"""The `ingest` command on the applied platform: data on stdout, messages on stderr, exit codes."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ingestion.cli import app
from ingestion.cli import checkout as copied
from tests.e2e.commands import ingest, ingest_here
from tests.e2e.conftest import Checkout, outputs
from tests.e2e.platform import in_index
from tests.support.browser.waiting import wait_for
from tests.support.factories import contract

EQUIPMENT = '{"entity_name": "EQUIPMENT", "body": {"equipment_id": "%s", "%s": "%s"}}'
LINES = [
    EQUIPMENT % ("cli-1", "cat_id", "7"),
    "{not json",
    "",
    EQUIPMENT % ("cli-2", "parent_equipment_id", "cli-2"),
    EQUIPMENT % ("cli-3", "parent_equipment_id", "cli-1"),
]


@pytest.fixture(scope="module")
def sent(
    checkout: Checkout, tmp_path_factory: pytest.TempPathFactory
) -> subprocess.CompletedProcess[str]:
    """Send the lines above, wait until the valid ones are in the index, and return the result."""
    file = tmp_path_factory.mktemp("sent") / "events.jsonl"
    file.write_text("\n".join(LINES))
    result = ingest(checkout, "send", str(file), "--source", "sourceA", "-o", "json")
    wait_for(lambda: "EQUIPMENT#cli-3" in in_index(checkout.deployment, "EQUIPMENT"))
    return result


def test_send_prints_the_refused_lines_and_exits_with_4(
    sent: subprocess.CompletedProcess[str],
) -> None:
    summary = json.loads(sent.stdout)

    assert sent.returncode == 4
    assert summary["accepted"] == 2
    assert summary["rejected"] == 2
    assert summary["not_taken"] == 0
    reasons = {(error["line"], error["reason"]) for error in summary["errors"]}
    assert reasons == {(2, "not_json"), (4, "invalid_entity")}


@pytest.mark.parametrize("form", ["document", "array", "lines"])
def test_send_accepts_a_document_an_array_or_lines_from_stdin(
    checkout: Checkout, form: str
) -> None:
    event = {"entity_name": "CONTRACT", "operation": "delete", "body": {"contract_id": form}}
    text = {
        "document": json.dumps(event, indent=2),
        "array": json.dumps([event, event]),
        "lines": f"{json.dumps(event)}\n{json.dumps(event)}\n",
    }[form]

    result = ingest(checkout, "send", "-", "--source", "sourceB", "-o", "json", stdin=text)

    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["accepted"] == (1 if form == "document" else 2)


@pytest.mark.usefixtures("sent")
def test_get_prints_one_entity_as_json_or_as_a_table(checkout: Checkout) -> None:
    shown = ingest(checkout, "get", "EQUIPMENT", "cli-1", "-o", "json")
    table = ingest(checkout, "get", "EQUIPMENT", "cli-1")

    item: dict[str, Any] = json.loads(shown.stdout)
    assert item["entity"]["cat_id"] == "7"
    assert item["event"]["source"] == "sourceA"
    assert "cat_id" in table.stdout
    assert shown.stderr == table.stderr == ""


@pytest.mark.usefixtures("sent")
def test_list_prints_entities_up_to_the_limit(checkout: Checkout) -> None:
    everything = ingest(checkout, "list", "EQUIPMENT", "--limit", "0", "-o", "json")
    one = ingest(checkout, "list", "EQUIPMENT", "--limit", "1", "-o", "json")

    ids = [item["id"] for item in json.loads(everything.stdout)]
    assert {"cli-1", "cli-3"} <= set(ids)
    assert ids == sorted(ids)
    assert [item["id"] for item in json.loads(one.stdout)] == ids[:1]
    assert "more than 1" in one.stderr


def test_sources_prints_the_url_of_each_source(checkout: Checkout) -> None:
    result = ingest(checkout, "sources", "-o", "json")

    rows = {row["source"]: row for row in json.loads(result.stdout)}
    assert rows["sourceB"]["url"] == f"{checkout.deployment.api_url}/b"
    assert rows["sourceB"]["entities"] == ["CONTRACT"]


def test_schema_prints_the_json_schema_of_an_entity(checkout: Checkout) -> None:
    result = ingest(checkout, "schema", "MILESTONE")

    schema = json.loads(result.stdout)
    assert schema["properties"]["contract_id"]["x-references"] == "CONTRACT"
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["get", "EQUIPMENT", "nowhere"], 3, "no EQUIPMENT 'nowhere'"),
        (["get", "EQUIPMENTS", "e-1"], 2, "there are CONTRACT, DOCUMENT, EQUIPMENT, MILESTONE"),
        (["send", "-", "--source", "sourceX"], 2, "there are sourceA, sourceB, sourceC, documents"),
        (["send", "no-such-file", "--source", "sourceA"], 2, "No such file"),
        (["list", "EQUIPMENT", "--env", "moon"], 1, "make outputs ENV=moon"),
        (["fly"], 2, "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_failed_command_prints_the_reason_on_stderr_and_exits_with_its_code(
    checkout: Checkout, arguments: list[str], code: int, message: str
) -> None:
    result = ingest(checkout, *arguments, stdin="{}")

    assert result.returncode == code
    assert message in result.stderr
    assert result.stdout == ""


def test_an_unreachable_environment_is_reported_without_a_traceback(checkout: Checkout) -> None:
    unreachable = checkout.directory / ".stack" / "unreachable"
    unreachable.mkdir()
    changed = json.loads((checkout.state / "outputs.json").read_text())
    changed |= {"endpoint_url": "http://127.0.0.1:9", "api_url": "http://127.0.0.1:9"}
    (unreachable / "outputs.json").write_text(json.dumps(changed))

    result = ingest(checkout, "list", "EQUIPMENT", "--env", "unreachable")

    assert result.returncode == 1
    assert "the local stack does not respond at http://127.0.0.1:9" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that runs `ingest …` outside any checkout."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("INGEST_KEY", raising=False)

    def run(*arguments: str, stdin: str = "") -> Result:
        nowhere = copied.Checkout(tmp_path / "site-packages")
        return CliRunner().invoke(app.app, arguments, input=stdin, obj=nowhere)

    return run


def test_after_a_login_commands_need_no_checkout(
    checkout: Checkout, outside: Callable[..., Result]
) -> None:
    deployment, endpoint = checkout.deployment, str(checkout.deployment.endpoint_url)
    bucket = str(outputs(checkout)["login_bucket_name"])
    event = {"entity_name": "CONTRACT", "body": contract("login-1")}

    login = outside("login", "--bucket", bucket, "--endpoint-url", endpoint, "--env", "ours")
    sent = outside("send", "-", "--source", "sourceB", stdin=json.dumps(event))
    assert (login.exit_code, sent.exit_code) == (0, 0), login.stderr + sent.stderr
    wait_for(lambda: "CONTRACT#login-1" in in_index(deployment, "CONTRACT"))
    found = outside("get", "CONTRACT", "login-1", "-o", "json")

    assert found.exit_code == 0, found.stderr
    assert json.loads(found.stdout)["event"]["source"] == "sourceB"
    kept = (Path(os.environ["XDG_CONFIG_HOME"]) / "ingest" / "ours.json").read_text()
    keys = [*deployment.api_keys.values(), deployment.reader_api_key]
    assert [key for key in keys if key in kept] == []


@pytest.mark.usefixtures("sent")
def test_a_readers_url_and_key_read_the_same_as_the_table(
    checkout: Checkout, outside: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INGEST_URL", checkout.deployment.api_url)
    monkeypatch.setenv("INGEST_KEY", checkout.deployment.reader_api_key)

    for command in (
        ["get", "EQUIPMENT", "cli-3"],
        ["list", "EQUIPMENT", "--source", "sourceA", "--limit", "1"],
        ["related", "EQUIPMENT", "cli-3"],
    ):
        by_url = outside(*command, "-o", "json")
        by_table = ingest_here(checkout, *command, "-o", "json", "--env", "local")

        assert by_url.exit_code == 0, by_url.stderr
        assert json.loads(by_url.stdout) == json.loads(by_table.stdout)
