"""`ingest dlq list` and `show` print dead letters with their reasons."""

import json

import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import dead_letter, ids, leases, listed
from tests.support.factories import event


def test_dead_letters_are_counted_by_reason_and_listed(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"), {"id": "e-3", "type": "rocket.upsert"}, "no event")

    document = listed(ingest)

    assert document["counts"] == [
        {"queue": "sourceB", "reason": "invalid_entity", "count": 2},
        {"queue": "sourceB", "reason": "unknown_entity", "count": 1},
        {"queue": "sourceB", "reason": "invalid_event", "count": 1},
    ]
    assert "data.contract_type" in document["letters"][0]["detail"]
    assert [found["redrive_count"] for found in document["letters"]] == [0] * 4
    table = ingest("list").stdout
    assert "invalid_entity" in table
    assert "c-2" in table


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--reason", "invalid_entity"], ["c-1", "c-2"]),
        (["--source", "sourceB", "--limit", "1"], ["c-1"]),
        (["--source", "sourceA"], []),
        (["--source", "unrouted"], []),
        (["--since", "1h"], ["c-1", "c-2", "c-3"]),
        (["--since", "2020-01-01T00:00:00Z"], ["c-1", "c-2", "c-3"]),
        (["--since", "2199-01-01"], []),
    ],
    ids=" ".join,
)
def test_the_list_is_filtered_by_options(
    cloud: Cloud, ingest: Ingest, options: list[str], expected: list[str]
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"), {"id": "c-3", "type": "rocket.upsert"})

    assert ids(listed(ingest, *options)) == expected


def test_a_list_that_is_cut_off_prints_how_many_more_there_are(
    cloud: Cloud, ingest: Ingest
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))

    assert "1 more" in ingest("list", "--limit", "1").stderr


def test_a_dead_letter_without_a_reason_failed_five_times(cloud: Cloud, ingest: Ingest) -> None:
    for number, attributes in enumerate([{}, {"ErrorCode": "AccessDenied"}]):
        cloud.sqs.send_message(
            QueueUrl=cloud.dead_letter_queue_urls["sourceB"],
            MessageBody=event(id=f"e-{number}").json_bytes.decode(),
            MessageGroupId=str(number),
            MessageDeduplicationId=str(number),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in attributes.items()
            },
        )

    reasons = {found["event_id"]: found["reason"] for found in listed(ingest)["letters"]}

    assert reasons == {"e-0": "retries_exhausted", "e-1": "undelivered"}


def test_show_prints_event_reason_and_history(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1"))
    ingest("edit", "c-1", "--set", "data.contract_name=Pumps")

    shown = json.loads(ingest("show", "c-1", "-o", "json").stdout)

    assert shown["event"]["data"]["contract_name"] == "Pumps"
    assert shown["reason"] == "invalid_entity"
    assert "data.contract_type" in shown["would_fail"]
    [line] = shown["history"]
    assert line["action"] == "edit"
    assert line["changed"] == ["data.contract_name"]
    assert "edit by arn:aws:" in ingest("show", "c-1").stdout


def test_a_redrive_count_of_thousands_of_digits_hides_no_dead_letter(
    cloud: Cloud, ingest: Ingest
) -> None:
    cloud.sqs.send_message(
        QueueUrl=cloud.dead_letter_queue_urls["sourceB"],
        MessageBody="{}",
        MessageGroupId="g",
        MessageDeduplicationId="d",
        MessageAttributes={"redrive_count": {"DataType": "String", "StringValue": "9" * 5000}},
    )

    [entry] = listed(ingest)["letters"]

    assert entry["redrive_count"] == 0
