"""What an operator does with unpublished or undelivered changes, on moto's real stream."""

import json
from typing import Any

import boto3
import pytest

from ingestion.store.change import Change
from tests.integration.cloud import Cloud
from tests.integration.conftest import AUDIT, Ingest
from tests.integration.used_grants import RecordingSession
from tests.support.factories import Json, aws_error, contract, event
from tests.support.hooks import hooked

SHARD = "shardId-00000001541626099285-f35f62ef"  # Moto has only this shard.


def give_up(cloud: Cloud, batch: Json, **changed: str) -> None:
    """Send the record of a failure that Lambda sends after its last retry of the batch."""
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch["Records"]]
    failed = {
        "shardId": SHARD,
        "startSequenceNumber": numbers[0],
        "endSequenceNumber": numbers[-1],
        "batchSize": len(numbers),
        "streamArn": cloud.stream_arn,
    }
    body = {
        "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 21},
        "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": "2026-01-31T12:00:00.000Z",
        "DDBStreamBatchInfo": failed | changed,
    }
    cloud.sqs.send_message(QueueUrl=cloud.change_failures_queue_url, MessageBody=json.dumps(body))


def stored(cloud: Cloud, *contract_ids: str) -> Json:
    """Store new contracts and return their stream records."""
    cloud.work(*(event(contract(name), id=name) for name in contract_ids))
    return cloud.stream()


def put_by_hand(cloud: Cloud, key: str) -> None:
    """Write an item that can never become a change."""
    item: Any = {"ID": {"S": key}, "ENTITY_NAME": {"S": "CONTRACT"}, "photo": {"B": b"\xff"}}
    cloud.dynamodb.put_item(TableName=cloud.table_name, Item=item)


def listed(ingest: Ingest, source: str = "changes") -> list[Json]:
    result = ingest("list", "--source", source, "-o", "json")
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout)["letters"])


def actions() -> list[str]:
    found = boto3.client("logs").filter_log_events(logGroupName=AUDIT)["events"]
    return [json.loads(line["message"])["action"] for line in found]


def test_a_failure_is_listed_with_its_range_in_the_stream(cloud: Cloud, ingest: Ingest) -> None:
    batch = stored(cloud, "c-1", "c-2")
    give_up(cloud, batch)

    [entry] = listed(ingest)

    first, last = (record["dynamodb"]["SequenceNumber"] for record in batch["Records"])
    assert entry["queue"] == "changes"
    assert entry["reason"] == "change_failed"
    assert entry["detail"] == f"RetryAttemptsExhausted: {SHARD} from {first} to {last}"


def test_a_failure_is_shown_with_its_records(cloud: Cloud, ingest: Ingest) -> None:
    give_up(cloud, stored(cloud, "c-1"))
    [entry] = listed(ingest)

    shown = json.loads(ingest("show", entry["message_id"], "-o", "json").stdout)

    [record] = shown["records"]
    assert record["dynamodb"]["NewImage"]["contract_id"] == {"S": "c-1"}
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], float)
    assert shown["would_fail"] is None


def test_a_stream_record_with_bytes_is_shown(cloud: Cloud, ingest: Ingest) -> None:
    put_by_hand(cloud, "CONTRACT#c-1")
    give_up(cloud, cloud.stream())
    [entry] = listed(ingest)

    result = ingest("show", entry["message_id"], "-o", "json", "--show-personal")

    assert result.exit_code == 0, result.exception
    [record] = json.loads(result.stdout)["records"]
    assert record["dynamodb"]["NewImage"]["photo"] == {"B": "_w=="}


def test_a_failure_with_an_impossible_place_does_not_stop_the_others(
    cloud: Cloud, ingest: Ingest
) -> None:
    batch = stored(cloud, "c-1")
    give_up(cloud, batch, shardId="x")
    give_up(cloud, batch)

    result = ingest("redrive", "--source", "changes")

    assert result.exit_code == 4, result.output
    assert "invalid_message: DDBStreamBatchInfo" in result.output
    assert [change.subject for change in cloud.published_changes()] == ["c-1"]


def test_a_redrive_publishes_the_changes_and_deletes_the_failure(
    cloud: Cloud, ingest: Ingest
) -> None:
    give_up(cloud, stored(cloud, "c-1", "c-2"))
    stored(cloud, "c-3")  # After the range, so not part of this failure.

    result = ingest("redrive", "--source", "changes")

    assert result.exit_code == 0, result.output
    assert sorted(change.subject for change in cloud.published_changes()) == ["c-1", "c-2"]
    assert listed(ingest) == []
    assert actions() == ["redrive"]


def test_a_dry_run_publishes_nothing(cloud: Cloud, ingest: Ingest) -> None:
    give_up(cloud, stored(cloud, "c-1"))

    ingest("redrive", "--dry-run")

    assert cloud.published_changes() == []
    assert len(listed(ingest)) == 1


def test_a_record_that_cannot_become_a_change_stays_and_is_reported(
    cloud: Cloud, ingest: Ingest
) -> None:
    put_by_hand(cloud, "CONTRACT#c-1")
    give_up(cloud, cloud.stream())

    result = ingest("redrive")

    assert result.exit_code == 4
    assert "invalid_item" in result.stderr
    assert len(listed(ingest)) == 1


def test_valid_records_beside_an_invalid_one_are_published(cloud: Cloud, ingest: Ingest) -> None:
    stored(cloud, "c-1")
    put_by_hand(cloud, "CONTRACT#bad")
    give_up(cloud, stored(cloud, "c-2"))
    bad = cloud.stream()["Records"][1]["dynamodb"]["SequenceNumber"]

    result = ingest("redrive")

    assert result.exit_code == 4
    assert bad in result.stderr
    assert [change.subject for change in cloud.published_changes()] == ["c-1", "c-2"]
    assert len(listed(ingest)) == 1


def test_a_failure_that_the_topic_does_not_accept_stays(
    cloud: Cloud, ingest: Ingest, session: RecordingSession
) -> None:
    give_up(cloud, stored(cloud, "c-1"))
    refused = aws_error("AuthorizationError", 403)

    with hooked(session, "before-call.sns.PublishBatch", lambda **_: refused):
        result = ingest("redrive")

    assert result.exit_code == 5
    assert len(listed(ingest)) == 1


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

    with hooked(
        session, "before-call.dynamodb-streams.GetShardIterator", lambda **_: aws_error(code)
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


def test_a_failed_change_cannot_be_edited(cloud: Cloud, ingest: Ingest) -> None:
    give_up(cloud, stored(cloud, "c-1"))
    [entry] = listed(ingest)

    result = ingest("edit", entry["message_id"], "--set", "version=2")

    assert result.exit_code == 2
    assert "cannot be edited" in result.stderr


def undelivered(cloud: Cloud) -> Change:
    """Put a change into the dead-letter queue of the subscriber and return the change."""
    cloud.publish_changes(stored(cloud, "c-1"))
    [change] = cloud.published_changes()
    cloud.sqs.send_message(
        QueueUrl=cloud.subscriber_dead_letter_queue_url,
        MessageBody=change.json_bytes.decode(),
        MessageGroupId=change.group_id,
        MessageDeduplicationId=change.deduplication_id,
    )
    return change


def subscribed(cloud: Cloud) -> list[Any]:
    return cloud._receive(cloud.queue_url(cloud.subscriber_queue_arn))


def test_an_undelivered_change_is_redriven_to_its_subscriber(cloud: Cloud, ingest: Ingest) -> None:
    change = undelivered(cloud)
    [entry] = listed(ingest, "subscriber billing")
    assert entry["event_id"] == change.id
    assert entry["reason"] == "retries_exhausted"

    result = ingest("redrive", "--source", "subscriber billing")

    assert result.exit_code == 0, result.output
    [message] = subscribed(cloud)
    assert message["Body"].encode() == change.json_bytes
    assert message["Attributes"]["MessageGroupId"] == change.group_id
    assert message["MessageAttributes"]["kind"]["StringValue"] == "created"
    assert message["MessageAttributes"]["redrive_count"]["StringValue"] == "1"
    assert listed(ingest, "subscriber billing") == []


def test_a_change_that_its_subscriber_does_not_accept_stays(
    cloud: Cloud, ingest: Ingest, session: RecordingSession
) -> None:
    undelivered(cloud)
    refused = aws_error("AccessDenied", 403)

    with hooked(session, "before-call.sqs.SendMessage", lambda **_: refused):
        result = ingest("redrive")

    assert result.exit_code == 5
    assert len(listed(ingest, "subscriber billing")) == 1


def test_a_change_cannot_be_edited_and_a_malformed_message_is_not_redriven(
    cloud: Cloud, ingest: Ingest
) -> None:
    undelivered(cloud)
    cloud.sqs.send_message(
        QueueUrl=cloud.subscriber_dead_letter_queue_url,
        MessageBody="{}",
        MessageGroupId="g",
        MessageDeduplicationId="d",
    )
    dead_letters = listed(ingest, "subscriber billing")
    [change] = [found for found in dead_letters if found["message_id"] != found["event_id"]]

    edited = ingest("edit", change["event_id"], "--set", "data.after=1")
    redriven = ingest("redrive")

    assert edited.exit_code == 2
    assert "cannot be edited" in edited.stderr
    assert redriven.exit_code == 4
    assert len(subscribed(cloud)) == 1
