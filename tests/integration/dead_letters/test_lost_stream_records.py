"""A failed change whose records the stream does not return is reported."""

import json

import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.failures import actions, give_up, listed, stored
from tests.integration.used_grants import RecordingSession
from tests.support.canned import aws_error


@pytest.mark.parametrize(
    "place", [{"shardId": "x"}, {"endSequenceNumber": "9" * 5000}], ids=["shard", "digits"]
)
def test_a_failure_with_an_impossible_place_does_not_stop_the_others(
    cloud: Cloud, ingest: Ingest, place: dict[str, str]
) -> None:
    batch = stored(cloud, "c-1")
    give_up(cloud, batch, **place)
    give_up(cloud, batch)

    result = ingest("redrive", "--source", "changes")

    assert result.exit_code == 4, result.output
    assert "invalid_message: DDBStreamBatchInfo" in result.output
    assert [change.subject for change in cloud.published_changes()] == ["c-1"]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"endSequenceNumber": "9" * 30}, id="the last record never arrived"),
        pytest.param(
            {"startSequenceNumber": "1100000000017454423010"}, id="the first record is gone"
        ),
    ],
)
def test_expired_records_are_reported(
    cloud: Cloud, ingest: Ingest, changed: dict[str, str]
) -> None:
    give_up(cloud, stored(cloud, "c-1"), **changed)
    [entry] = listed(ingest)

    result = ingest("redrive")

    assert result.exit_code == 4
    output = " ".join(result.stderr.split())
    assert "expired: the stream no longer has these records" in output
    shown = json.loads(ingest("show", entry["message_id"], "-o", "json").stdout)
    assert "24 hours" in shown["would_fail"]
    assert "records" not in shown


@pytest.mark.parametrize("code", ["TrimmedDataAccessException", "ResourceNotFoundException"])
def test_records_that_the_stream_refuses_are_reported_as_expired(
    cloud: Cloud, ingest: Ingest, session: RecordingSession, code: str
) -> None:
    give_up(cloud, stored(cloud, "c-1"))

    with session.hooked(
        "before-call.dynamodb-streams.GetShardIterator", lambda **_: aws_error(code)
    ):
        result = ingest("redrive")

    assert result.exit_code == 4
    assert "expired" in result.stderr


def test_a_malformed_message_is_listed_and_can_be_dropped(cloud: Cloud, ingest: Ingest) -> None:
    cloud.sqs.send_message(QueueUrl=cloud.change_failures_queue_url, MessageBody="hello")
    [entry] = listed(ingest)

    refused = ingest("redrive")
    dropped = ingest("drop", entry["message_id"], "--yes")

    assert refused.exit_code == 4
    assert "DDBStreamBatchInfo" in refused.stderr
    assert dropped.exit_code == 0
    assert listed(ingest) == []
    assert actions() == ["drop"]
