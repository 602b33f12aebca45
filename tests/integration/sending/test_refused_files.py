"""What `ingest send` and `upload` print instead of sending, and once for the whole file."""

import gzip
import json
from pathlib import Path

import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.sending.conftest import Api, Run
from tests.support.factories import contract

CSV = b"contract_id,contract_name\nc-1,Turbines\n"


SOURCE = ("--source", "sourceB")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("rows.csv", CSV, id="csv"),
        pytest.param("rows.tsv", CSV, id="tsv"),
        pytest.param("rows.xlsx", b"PK", id="xlsx"),
        pytest.param("rows.csv.gz", gzip.compress(CSV), id="gz"),
        pytest.param("rows.txt", CSV, id="by content"),
        pytest.param("rows.jsonl", CSV, id="named as JSON Lines"),
    ],
)
def test_a_table_is_refused_once_with_the_command_that_takes_it(
    run: Run, api: Api, tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)

    result = run("send", str(file), *SOURCE)

    assert result.exit_code == 2
    hint = f"{file}: holds a table: use `ingest upload {file} --source sourceB`\n"
    assert result.output == hint
    assert api.posts == []


def test_a_table_on_stdin_is_refused_once(run: Run, api: Api) -> None:
    result = run("send", "-", *SOURCE, stdin=CSV)

    assert result.exit_code == 2
    assert result.output == "-: holds a table: use `ingest upload FILE.csv --source sourceB`\n"
    assert api.posts == []


@pytest.mark.parametrize("status", [401, 403, 404, 405])
@pytest.mark.parametrize("command", ["send", "upload"])
def test_a_refused_credential_ends_the_command_with_one_sentence(
    run: Run, api: Api, tmp_path: Path, command: str, status: int
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps({"body": {"n": n}}) for n in range(300)))
    api.status = status

    result = run(command, str(file), *SOURCE)

    path = "/b/uploads" if command == "upload" else "/b"
    advice = (
        "no source has this path there, so deploy the catalog, or run `make up`"
        if status not in (401, 403)
        else "the API refuses the key of sourceB, which is from the outputs: run `make up`"
    )
    assert result.exit_code == 1
    assert result.output == f"{api.url}{path} responds with HTTP {status}: {advice}\n"
    assert len(api.posts) == 1


@pytest.mark.parametrize("command", ["send", "upload"])
def test_the_key_of_the_variable_wins_over_the_outputs_and_is_named_if_it_is_refused(
    run: Run, api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("{}")
    monkeypatch.setenv("INGEST_KEY", "of another source")
    api.status = 403

    result = run(command, str(file), *SOURCE)

    assert [key for _, key in api.requests] == ["of another source"]
    assert "which is from INGEST_KEY: set it to the key of sourceB, or unset it" in result.output


def test_a_source_without_a_key_names_how_to_get_one(run: Run, deployed: Checkout) -> None:
    file = deployed.outputs_file("local")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"api_keys": {}}))

    result = run("send", "-", *SOURCE, stdin=b"{}")

    assert result.exit_code == 2
    assert result.output == (
        "sourceB has no key or secret for `auth: api_key`: deploy the catalog, then run `make up`,"
        " or log in again\n"
    )


def test_a_key_that_is_revoked_meanwhile_ends_the_command_with_the_place(
    run: Run, api: Api, tmp_path: Path
) -> None:
    file = tmp_path / "events.json"
    file.write_text(json.dumps([{"entity_name": "CONTRACT", "body": contract()}] * 5))
    api.refuse_after = 1

    result = run("send", str(file), *SOURCE, "--batch", "2", "-o", "json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["accepted"] == 2
    lines = result.stderr.splitlines()
    assert lines[0] == "Not all events were sent. Continue at event 3:"
    assert lines[1] == f"ingest send {file} --source sourceB --from-event 3"
    assert lines[-1].startswith(f"{api.url}/b responds with HTTP 403: the API refuses the key")
    assert len(api.posts) == 2


def test_a_misspelt_source_gets_a_suggestion(run: Run) -> None:
    result = run("send", "-", "--source", "sourcb", stdin=b"{}")

    assert result.exit_code == 2
    assert result.output.endswith('there are sourceA, sourceB, sourceC; did you mean "sourceB"?\n')


def test_a_file_without_further_events_says_so(run: Run, api: Api, tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_text(json.dumps({"entity_name": "CONTRACT", "body": contract()}))

    result = run("send", str(file), *SOURCE, "--from-event", "2")

    assert result.exit_code == 0
    assert f"{file} holds no events from 2 on" in result.output
    assert api.posts == []


@pytest.mark.parametrize("name", ["empty.json", "empty.jsonl", "-"])
def test_an_empty_file_says_so_without_a_table_of_zeros(
    run: Run, api: Api, tmp_path: Path, name: str
) -> None:
    file = name if name == "-" else str(tmp_path / name)
    (tmp_path / name).touch()

    result = run("send", file, *SOURCE)

    assert result.exit_code == 0
    assert (result.stdout, result.stderr) == ("", f"{file} holds no events\n")
    assert api.posts == []


def test_objects_that_are_no_events_and_no_rows_get_one_hint(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "objects.json"
    file.write_text(json.dumps([{"entity": "CONTRACT", "body": contract()}] * 3))

    result = run("send", str(file), *SOURCE)

    assert result.exit_code == 4
    *errors, hint = result.stderr.splitlines()
    assert errors == ["3 events (1 to 3): invalid_entity: unknown fields: entity, body"]
    assert hint.startswith(
        "The objects have no `entity_name`, so they were sent as rows of CONTRACT, which has the"
        " fields contract_id, contract_name, contract_type, contract_status."
    )
    assert hint.endswith('or send events: {"entity_name": "CONTRACT", "body": {…}}')


@pytest.mark.parametrize("command", ["send", "upload"])
def test_a_missing_file_is_named(run: Run, command: str) -> None:
    result = run(command, "no-such-file.json", *SOURCE)

    assert result.exit_code == 2
    assert result.output == "no-such-file.json: No such file or directory\n"
