"""`ingest dlq` shows personal fields only with `--show-personal`."""

import json

import pytest

from ingestion.cli.redact_output import HIDDEN
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.personal.persons import as_table_and_json, text
from tests.support.factories import CANARY, Json, contract, event_fields
from tests.support.invocations import record
from tests.support.people import person


def dead_letter(cloud: Cloud, *bodies: Json | str) -> None:
    cloud.serve("operator")
    cloud.work(*(body if isinstance(body, str) else json.dumps(body) for body in bodies))


def person_event(data: Json, **changes: str) -> Json:
    return event_fields(data, entity_name="PERSON", source="operator") | changes


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

    assert shown == [
        *[f"data.email: '{said}' is no address" for said in (HIDDEN,) * 3 + (CANARY,) * 3],
    ]


def test_a_dead_letter_without_personal_fields_is_shown_whole(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, person_event(contract(contract_type="lease"), type="contract.upsert"))

    shown = json.loads(ingest("show", "event-1", "-o", "json").stdout)

    assert shown["event"]["data"] == contract(contract_type="lease")
    assert "'goods', 'works'" in shown["detail"]


def test_the_last_error_of_a_person_is_shown_because_it_holds_no_value(
    cloud: Cloud, ingest: Ingest
) -> None:
    cloud.pause(60)  # The first try is the last.
    cloud.serve("operator")
    cloud.dynamodb.delete_table(TableName=cloud.table_name)
    body = json.dumps(person_event(person(name=CANARY)))

    cloud.work(record(body, ApproximateReceiveCount="5"))

    [shown] = json.loads(ingest("list", "-o", "json").stdout)["letters"]
    assert shown["reason"] == "retries_exhausted"
    assert shown["detail"].startswith("TransientFailure ResourceNotFoundException at ")
    assert CANARY not in ingest("show", shown["message_id"]).stdout


def test_a_detail_that_a_sender_set_without_a_reason_is_redacted(
    cloud: Cloud, ingest: Ingest
) -> None:
    cloud.sqs.send_message(
        QueueUrl=cloud.dead_letter_queue_urls["operator"],
        MessageBody=json.dumps(person_event(person(name=CANARY))),
        MessageGroupId="1",
        MessageDeduplicationId="1",
        MessageAttributes={
            "detail": {"DataType": "String", "StringValue": f"data.name: is not {CANARY}"}
        },
    )

    [shown] = json.loads(ingest("list", "-o", "json").stdout)["letters"]
    assert shown["reason"] == "retries_exhausted"
    assert shown["detail"] == f"data.name: is not {HIDDEN}"
    assert CANARY not in ingest("show", shown["message_id"]).stdout
