"""Changes that a subscriber did not accept are sent to its queue again."""

from typing import Any

from ingestion.store.change import Change
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.failures import listed, stored
from tests.integration.used_grants import RecordingSession
from tests.support.canned import aws_error


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

    with session.hooked("before-call.sqs.SendMessage", lambda **_: refused):
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
