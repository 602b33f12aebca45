"""The command shows personal fields only with `--show-personal`, in tables and in JSON."""

import json
import re
from collections.abc import Iterator
from http.server import HTTPServer
from pathlib import Path

import pytest
from typer.testing import Result

from ingestion.cli import redact_output, tail
from ingestion.cli.environment import Checkout
from ingestion.cli.redact_output import HIDDEN
from ingestion.files.report import Example, Report
from ingestion.openapi import asyncapi, openapi
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.support import people
from tests.support.factories import (
    CANARY,
    NOON,
    Json,
    catalog,
    catalog_document,
    contract,
    event,
    event_fields,
)
from tests.support.people import person
from tests.support.servers import QuietHandler, serving

SHOW_PERSONAL = "--show-personal"

as_table_and_json = pytest.mark.parametrize("output", ["table", "json"])


@pytest.fixture(autouse=True)
def _people(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    monkeypatch.setenv(
        "COLUMNS", "1000"
    )  # So that tables do not wrap the text that the tests look for.
    with people.known(tmp_path_factory.mktemp("entities")):
        yield


@pytest.fixture
def staffed(cloud: Cloud, _people: None) -> Cloud:
    """Store a person."""
    cloud.serve("operator")
    cloud.store(event(person(), entity_name="PERSON", source="operator"))
    return cloud


def text(result: Result) -> str:
    """Return everything that was printed, without the line breaks of tables."""
    return re.sub(r"[\s│]+", "", result.stdout + result.stderr)


def dead_letter(cloud: Cloud, *bodies: Json | str) -> None:
    cloud.serve("operator")
    cloud.work(*(body if isinstance(body, str) else json.dumps(body) for body in bodies))


def person_event(data: Json, **changes: str) -> Json:
    return event_fields(data, entity_name="PERSON", source="operator") | changes


@pytest.mark.parametrize(
    "command",
    [
        "get PERSON p-1 -o table",
        "get PERSON p-1 -o json",
        "list PERSON -o table",
        "list PERSON -o json",
        "export PERSON --format csv",
        "export PERSON --format jsonl",
    ],
)
def test_personal_fields_of_an_entity_are_shown_on_request(
    staffed: Cloud, run: Ingest, command: str
) -> None:
    masked, whole = run(*command.split()), run(*command.split(), "--show-personal")

    assert staffed.read("PERSON/p-1").document["entity"]["name"] == f"Jo {CANARY}"
    assert masked.exit_code == 0, masked.output
    assert whole.exit_code == 0, masked.output
    assert CANARY not in text(masked)
    assert "turbines" in text(masked)
    assert HIDDEN in text(masked)
    assert f"Jo{CANARY}" in text(whole)
    assert HIDDEN not in text(whole)


@pytest.mark.parametrize(
    "body",
    [
        person_event(person(team=5)),
        person_event(person(email=CANARY)),
        person_event(person(team="robots")),
        person_event(person(nmae=CANARY)),
        person_event(person(), type="rocket.upsert"),
        person_event(person(), time="noon"),
        json.dumps(person_event(person()))[:-1],
        f'"{CANARY}"',
        CANARY,
    ],
    ids=[
        "other field",
        "personal field",
        "whole entity",
        "misspelt field",
        "unknown entity",
        "envelope",
        "unfinished",
        "text",
        "not JSON",
    ],
)
@as_table_and_json
def test_personal_fields_of_a_dead_letter_are_shown_on_request(
    cloud: Cloud, ingest: Ingest, body: Json | str, output: str
) -> None:
    dead_letter(cloud, body)
    [shown] = json.loads(ingest("list", "-o", "json").stdout)["letters"]
    name = shown["message_id"]

    results = [
        ingest("list", "-o", output),
        ingest("show", name, "-o", output),
        ingest("edit", name, "--set", f"data.team:={output == 'table'}".lower()),
        ingest("redrive", "--dry-run", "-o", output),
    ]
    whole = ingest("show", name, "-o", output, "--show-personal")

    assert all(result.output for result in results)
    assert CANARY not in "".join(map(text, results))
    assert shown["reason"] in text(results[1])
    assert CANARY in text(whole)


def test_the_detail_of_a_dead_letter_is_shown_on_request(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, person_event(person(email=CANARY, team="5"), id="e-1"))

    details = [
        json.loads(ingest(*command, "-o", "json", *options).stdout)
        for options in ([], ["--show-personal"])
        for command in (["list"], ["show", "e-1"], ["redrive", "--dry-run"])
    ]
    shown = [
        response.get("would_fail", response).removeprefix("invalid_entity: ")
        if isinstance(response.get("would_fail"), str)
        else response.get("letters", response.get("failures"))[0]["detail"]
        for response in details
    ]

    assert shown == [f"data.email: {HIDDEN}"] * 3 + [f"data.email: '{CANARY}' is no address"] * 3


def test_a_dead_letter_without_personal_fields_is_shown_whole(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, person_event(contract(contract_type="lease"), type="contract.upsert"))

    shown = json.loads(ingest("show", "event-1", "-o", "json").stdout)

    assert shown["event"]["data"] == contract(contract_type="lease")
    assert "'goods', 'works'" in shown["detail"]


class FakeApi(QuietHandler):
    """Refuse the first event of every post with a message that quotes the event."""

    def do_POST(self) -> None:
        [posted] = json.loads(self.body())
        error = {"index": 0, "reason": "invalid_entity", "field": "body.email"}
        errors = [error | {"message": f"{posted['body']['email']} is no address"}]
        document = {"events": [{"index": 0, "status": "rejected"}], "errors": errors}
        self.answer(422, json.dumps(document).encode())


@as_table_and_json
def test_errors_about_personal_fields_are_shown_on_request(
    run: Ingest, checkout: Checkout, tmp_path: Path, output: str
) -> None:
    file = tmp_path / "people.json"
    file.write_text(json.dumps({"entity_name": "PERSON", "body": person(email=CANARY)}))
    outputs = checkout.outputs_file("local")

    with serving(HTTPServer(("127.0.0.1", 0), FakeApi)) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        known = json.loads(outputs.read_text())
        outputs.write_text(json.dumps(known | {"api_url": url, "api_keys": {"sourceB": "key"}}))
        send = ("send", str(file), "--source", "sourceB", "-o", output)
        masked, whole = run(*send), run(*send, "--show-personal")

    assert masked.exit_code == 4, masked.output
    assert whole.exit_code == 4, masked.output
    assert "body.email" in text(masked)
    assert CANARY not in text(masked)
    assert CANARY in text(whole)


def test_an_entity_with_hidden_fields_cannot_be_sent(
    staffed: Cloud, run: Ingest, checkout: Checkout
) -> None:
    outputs = checkout.outputs_file("local")
    known = json.loads(outputs.read_text())
    outputs.write_text(json.dumps(known | {"api_keys": {"sourceB": "key"}}))
    exported = json.loads(run("export", "PERSON").stdout)
    again = {"entity_name": "PERSON", "body": exported["entity"]}

    result = run("send", "-", "--source", "sourceB", "-o", "json", stdin=json.dumps(again))

    assert staffed
    assert result.exit_code == 4
    [refused] = json.loads(result.stdout)["errors"]
    assert refused["reason"] == "masked"
    assert "--show-personal" in refused["message"]


@pytest.mark.parametrize("names", [["PERSON", "CONTRACT"], ["CONTRACT"]])
def test_messages_about_rows_are_hidden_when_the_entity_has_personal_fields(
    names: list[str],
) -> None:
    example = Example(line=2, reason="invalid_entity", message=CANARY)
    fields = {"source": "sourceB", "upload_id": "1", "key": "k", "version_id": "1"}
    report = Report(
        **fields,
        size_bytes=1,
        examples=[example],
        uploaded_at=NOON,
        started_at=NOON,
    )

    [shown] = redact_output.report(report, names).examples

    assert shown.line == 2
    assert shown.reason == "invalid_entity"
    assert shown.message == (HIDDEN if "PERSON" in names else CANARY)


@pytest.mark.parametrize(
    ("entity_name", "header", "message"),
    [
        ("PERSON", f"p-7,team,{CANARY},Jo {CANARY}", "no field for column 1, column 3, column 4:"),
        ("PERSON", f"team,{CANARY},team,{CANARY}", "more than one column for 'team', column 2"),
        ("CONTRACT", f"contract_id,{CANARY}", "no field for column 2: there are 'contract_id'"),
    ],
    ids=["unknown", "repeated", "of another entity"],
)
def test_the_error_of_a_file_without_a_header_quotes_no_row(
    cloud: Cloud, entity_name: str, header: str, message: str
) -> None:
    document = catalog_document()
    may_send = {"entities": ["CONTRACT", "PERSON"], "files": {"entity": entity_name}}
    document["sources"]["sourceB"] |= may_send
    cloud.write_catalog(document)

    cloud.extract(cloud.drop("people.csv", f"{header}\n"))

    [key] = cloud.keys("reports/")
    detail = json.loads(cloud.content(key))["detail"]
    assert detail.startswith(message)
    assert CANARY not in detail


@as_table_and_json
def test_personal_fields_of_an_undelivered_change_are_shown_on_request(
    staffed: Cloud, ingest: Ingest, output: str
) -> None:
    staffed.publish_changes(staffed.stream())
    [change] = staffed.published_changes()
    staffed.sqs.send_message(
        QueueUrl=staffed.subscriber_dead_letter_queue_url,
        MessageBody=change.json_bytes.decode(),
        MessageGroupId="g",
        MessageDeduplicationId="d",
    )

    masked, whole = (
        ingest("show", change.id, "-o", output, *options) for options in ([], [SHOW_PERSONAL])
    )

    assert CANARY not in text(masked)
    assert "turbines" in text(masked)
    assert CANARY in text(whole)


def test_personal_fields_of_a_followed_change_are_shown_on_request(
    staffed: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    staffed.publish_changes(staffed.stream())
    [change] = staffed.published_changes()
    capsys.readouterr()

    for show_personal in (False, True):
        tail.print_change(change, "json", show_personal)

    masked, whole = capsys.readouterr().out.splitlines()
    assert CANARY not in masked
    assert CANARY in whole
    assert json.loads(masked)["data"]["after"]["team"] == "turbines"
    assert json.loads(whole) == json.loads(change.json_bytes)


def test_the_openapi_and_asyncapi_documents_mark_personal_fields() -> None:
    documents = (
        openapi.document(catalog(), "https://api.example.com"),
        asyncapi.document("arn:aws:sns:eu-central-1:123456789012:changes.fifo"),
    )

    schemas = [schema for document in documents for schema in persons(document)]
    assert len(schemas) == 3  # What the API takes, what it returns, and what the feed publishes.
    for schema in schemas:
        fields = schema["properties"]
        marked = {name for name, field in fields.items() if field.get("x-personal")}
        assert marked == {"name", "email", "salary"}
        assert fields["phones"]["items"]["x-personal"] is True


def persons(document: Json) -> list[Json]:
    """Return the schemas of the entity PERSON in a document."""
    schemas: dict[str, Json] = document["components"]["schemas"]
    return [schema for schema in schemas.values() if schema.get("title") == "Person"]
