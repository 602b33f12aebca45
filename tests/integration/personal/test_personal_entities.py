"""Commands show personal fields of entities, events and rows only with `--show-personal`."""

import json
from http.server import HTTPServer
from pathlib import Path

import pytest

from ingestion.cli import redact_output
from ingestion.cli.checkout import Checkout
from ingestion.cli.redact_output import HIDDEN
from ingestion.files.report import Example, Report
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.personal.persons import as_table_and_json, text
from tests.support.factories import CANARY, NOON, catalog_document
from tests.support.people import person
from tests.support.servers import QuietHandler, serving


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
    assert ("--show-personal" in masked.stderr) == ("-o json" not in command)
    assert f"Jo{CANARY}" in text(whole)
    assert HIDDEN not in text(whole)


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
    assert f"{HIDDEN}isnoaddress" in text(masked)
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


@pytest.mark.parametrize(
    ("names", "without_values", "said"),
    [
        (["PERSON", "CONTRACT"], "is no address", "is no address"),
        (["PERSON", "CONTRACT"], "", HIDDEN),
        (["CONTRACT"], "is no address", CANARY),
    ],
    ids=["may send persons", "older report", "no persons"],
)
def test_a_message_about_a_row_is_shown_without_values_when_it_may_be_about_a_person(
    names: list[str], without_values: str, said: str
) -> None:
    example = Example(
        line=2,
        reason="invalid_entity",
        message=CANARY,
        message_without_values=without_values,
    )
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
    assert shown.message == said


@pytest.mark.parametrize(
    ("entity_name", "header", "message"),
    [
        ("PERSON", f"p-7,team,{CANARY},Jo {CANARY}", "no field for column 1, column 3, column 4:"),
        ("PERSON", f"team,{CANARY},team,{CANARY}", "more than one column for 'team', column 2"),
        ("CONTRACT", f"contract_id,{CANARY}", "no field for column 2: there are 'contract_id'"),
        ("PERSON", f"p-7;{CANARY}", "the header has 1 column, column 1, but expected are 6:"),
        ("PERSON", f"p-7,{CANARY}", "the header has column 1, column 2, but expected are "),
        ("PERSON", "team", "no column for 'person_id', 'salary': the header has"),
    ],
    ids=["unknown", "repeated", "of another entity", "delimiter", "no header", "missing"],
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
