"""What an operator does with calls for uploaded files that failed after every retry, on moto."""

import json

import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.failed_calls import ARN, KEY, Functions, give_up
from tests.support.canned import aws_error
from tests.support.factories import Json


def listed(ingest: Ingest) -> list[Json]:
    result = ingest("list", "--source", "files", "-o", "json")
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout)["letters"])


def test_a_failed_call_is_listed_with_its_file_and_its_error(cloud: Cloud, ingest: Ingest) -> None:
    give_up(cloud)

    [entry] = listed(ingest)

    assert (entry["queue"], entry["reason"], entry["event_id"]) == ("files", "call_failed", KEY)
    assert entry["detail"] == "ingestion-test-extractor: TransientFailure: [hidden]"


def test_a_redriven_call_is_made_again_and_deleted_from_the_queue(
    cloud: Cloud, ingest: Ingest, functions: Functions
) -> None:
    payload = give_up(cloud)
    give_up(cloud, "inserter")

    result = ingest("redrive", "--source", "files", "-o", "json")

    assert result.exit_code == 0, result.output
    assert sorted(functions.calls) == [
        ("ingestion-test-extractor", payload),
        ("ingestion-test-inserter", payload),
    ]
    assert listed(ingest) == []


def test_a_call_that_lambda_does_not_accept_stays(
    cloud: Cloud, ingest: Ingest, functions: Functions
) -> None:
    functions.responses = [aws_error("ServiceException", 500)] * 20
    give_up(cloud)

    result = ingest("redrive", "--source", "files", "-o", "json")

    assert result.exit_code == 5
    assert json.loads(result.stdout)["not_taken"] == 1
    assert len(listed(ingest)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"requestContext": {"functionArn": ARN.format("another")}},
        {"requestContext": {}},
        {"requestContext": None, "responsePayload": None},
        {"requestPayload": None, "requestContext": {"functionArn": "short"}},
    ],
    ids=["another function", "no function", "nothing", "no ARN"],
)
def test_a_message_that_is_not_a_call_of_ours_is_not_redriven(
    cloud: Cloud, ingest: Ingest, functions: Functions, changes: Json
) -> None:
    give_up(cloud, **changes)

    result = ingest("redrive", "--source", "files", "-o", "json")

    assert result.exit_code == 4
    [failure] = json.loads(result.stdout)["failures"]
    assert failure["reason"] == "invalid_message"
    assert functions.calls == []


def test_a_failed_call_can_be_dropped_by_its_file_but_not_edited(
    cloud: Cloud, ingest: Ingest
) -> None:
    give_up(cloud)

    edited = ingest("edit", KEY, "--set", "requestPayload=x")
    dropped = ingest("drop", KEY, "--yes")

    assert edited.exit_code == 2
    assert "upload the file again" in edited.output
    assert dropped.exit_code == 0
    assert listed(ingest) == []
