"""`ingest dlq redrive` publishes the dead letters that would succeed."""

import json

from ingestion.event import Event
from tests.integration.cloud import SOURCES, Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import (
    audited,
    dead_letter,
    drop_into_dead_letters,
    ids,
    leases,
    listed,
    work_off,
)
from tests.support.factories import contract, event, event_fields


def test_a_dead_letter_that_would_fail_again_stays_and_is_reported(
    cloud: Cloud, ingest: Ingest
) -> None:
    dead_letter(cloud, *leases("c-1"), "no event")

    result = ingest("redrive")

    assert result.exit_code == 4
    assert "c-1: invalid_entity: data.contract_type" in result.stderr
    assert "invalid_event" in result.stderr
    assert len(cloud.dead_letters()) == 2
    assert cloud.queued() == []
    assert audited() == []


def test_a_dry_run_changes_nothing(cloud: Cloud, ingest: Ingest) -> None:
    valid = event(id="e-1").json_bytes.decode()
    dead_letter(cloud, *leases("c-1"))
    drop_into_dead_letters(cloud, valid)

    result = ingest("redrive", "--dry-run", "-o", "json")

    document = json.loads(result.stdout)
    assert document["redriven"] == 1
    assert document["would_fail"] == 1
    assert document["dry_run"] is True
    assert len(cloud.dead_letters()) == 2
    assert cloud.queued() == []
    assert audited() == []


def test_redrive_respects_its_filters_and_limit(cloud: Cloud, ingest: Ingest) -> None:
    for number in range(4):
        valid = event(contract(f"c-{number}"), id=f"e-{number}")
        cloud.sqs.send_message(
            QueueUrl=cloud.dead_letter_queue_urls["sourceB"],
            MessageBody=valid.json_bytes.decode(),
            MessageGroupId=valid.group_id,
            MessageDeduplicationId=valid.id,
        )

    ingest("redrive", "--id", "e-2")
    ingest("redrive", "--limit", "1")

    assert ids(listed(ingest)) == ["e-1", "e-3"]
    assert sorted(Event.from_json(record["body"]).id for record in cloud.queued()) == ["e-0", "e-2"]


def test_the_limit_of_redrive_counts_only_redriven_events(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))
    for number in (3, 4):
        dead_letter(cloud, *leases(f"c-{number}"))
        ingest("edit", f"c-{number}", "--set", "data.contract_type=works")

    result = ingest("redrive", "--limit", "1", "-o", "json")

    assert json.loads(result.stdout)["redriven"] == 1
    assert len(cloud.dead_letters()) == 3


def test_unrouted_events_of_a_known_source_can_be_redriven(cloud: Cloud, ingest: Ingest) -> None:
    for number, source in enumerate(("sourceB", "nowhere")):
        cloud.sns.publish(
            TopicArn=cloud.topic_arn,
            Message=event(source=source, id=f"e-{number}").json_bytes.decode(),
            MessageGroupId="g",
            MessageDeduplicationId=source,
            MessageAttributes={"source": {"DataType": "String", "StringValue": "mistyped"}},
        )
    assert listed(ingest)["counts"] == [{"queue": "unrouted", "reason": "unrouted", "count": 2}]

    result = ingest("redrive", "--source", "unrouted")

    assert result.exit_code == 4
    assert "unknown_source: source: must be one of " + ", ".join(SOURCES) in result.stderr
    work_off(cloud)
    assert set(cloud.rows()) == {"CONTRACT#c-1"}
    assert ids(listed(ingest)) == ["e-1"]


def test_a_redrive_keeps_extension_attributes(cloud: Cloud, ingest: Ingest) -> None:
    extended = event_fields() | {"traceparent": "00-abc-01"}
    drop_into_dead_letters(cloud, json.dumps(extended))

    ingest("redrive")

    [back] = cloud.queued()
    assert json.loads(back["body"]) == extended
