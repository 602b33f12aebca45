"""Changes that were not published are listed, shown and published again."""

import json
from typing import Any

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.failures import SHARD, actions, give_up, listed, stored
from tests.integration.used_grants import RecordingSession
from tests.support.canned import aws_error


def put_by_hand(cloud: Cloud, key: str) -> None:
    """Write an item that can never become a change."""
    item: Any = {"ID": {"S": key}, "ENTITY_NAME": {"S": "CONTRACT"}, "photo": {"B": b"\xff"}}
    cloud.dynamodb.put_item(TableName=cloud.table_name, Item=item)


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

    with session.hooked("before-call.sns.PublishBatch", lambda **_: refused):
        result = ingest("redrive")

    assert result.exit_code == 5
    assert len(listed(ingest)) == 1


def test_a_failed_change_cannot_be_edited(cloud: Cloud, ingest: Ingest) -> None:
    give_up(cloud, stored(cloud, "c-1"))
    [entry] = listed(ingest)

    result = ingest("edit", entry["message_id"], "--set", "version=2")

    assert result.exit_code == 2
    assert "cannot be edited" in result.stderr
