"""A repeated or interrupted redrive loses no dead letter and stores it once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.message_targets import RedrivenEvent
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import (
    audited,
    dead_letter,
    drop_into_dead_letters,
    leases,
    listed,
    stopped,
    work_off,
)
from tests.integration.used_grants import RecordingSession
from tests.support.canned import aws_error
from tests.support.factories import Json, event

Counts = Callable[[], dict[str, int]]


def test_each_edited_dead_letter_is_stored_once_by_two_redrives(
    cloud: Cloud, ingest: Ingest, counts: Counts
) -> None:
    names = [f"c-{number}" for number in range(12)]
    dead_letter(cloud, *leases(*names))
    for name in names:
        assert ingest("edit", name, "--set", "data.contract_type=works").exit_code == 0
    counts()

    first = ingest("redrive", "--source", "sourceB")
    work_off(cloud)

    assert first.exit_code == 0, first.output
    assert counts() == {"EventStored": 12, "EventRedriven": 12}
    assert {row["contract_type"] for row in cloud.rows().values()} == {"works"}
    second = json.loads(ingest("redrive", "-o", "json").stdout)
    assert second["redriven"] == 0
    assert cloud.queued() == []
    assert cloud.dead_letters() == []
    assert sorted(audited()) == sorted((act, n) for act in ("edit", "redrive") for n in names)


def test_after_a_crash_between_publish_and_delete_an_event_is_stored_once(
    cloud: Cloud, ingest: Ingest, counts: Counts, session: RecordingSession
) -> None:
    drop_into_dead_letters(cloud, event().json_bytes.decode())

    with session.hooked("before-call.sqs.DeleteMessageBatch", stopped):
        assert ingest("redrive").exit_code != 0
    work_off(cloud)
    assert len(listed(ingest)["letters"]) == 1

    assert ingest("redrive").exit_code == 0

    cloud.work(*cloud.queued())
    assert counts()["EventStored"] == 1
    assert set(cloud.rows()) == {"CONTRACT#c-1"}
    assert cloud.dead_letters() == []


def test_a_dead_letter_that_the_topic_does_not_accept_stays(
    cloud: Cloud, ingest: Ingest, session: RecordingSession
) -> None:
    drop_into_dead_letters(cloud, event().json_bytes.decode())
    refused = aws_error("AuthorizationError", 403)

    with session.hooked("before-call.sns.PublishBatch", lambda **_: refused):
        result = ingest("redrive")

    assert result.exit_code == 5
    assert len(cloud.dead_letters()) == 1


def test_a_dead_letter_counts_its_redrives(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1"))
    ingest("edit", "c-1", "--set", "data.contract_type=works")
    ingest("redrive")
    [again] = cloud.queued()
    assert again["messageAttributes"]["redrive_count"]["stringValue"] == "1"

    cloud.write_catalog(narrowed())
    cloud.work(again)

    [entry] = listed(ingest)["letters"]
    assert entry["reason"] == "unknown_entity"
    assert entry["redrive_count"] == 1


def narrowed() -> Json:
    """Return a catalog in which sourceB may send milestones only."""
    source = {"path": "b", "entities": ["MILESTONE"], "auth": "api_key"}
    return {"sources": {"sourceB": source}}


def test_each_redrive_has_a_deduplication_id_of_its_own() -> None:
    valid = event()

    def back(count: int, message_id: str = "m-1") -> str:
        attributes = {"redrive_count": str(count - 1)}
        failed = DeadLetter("sourceB", message_id, "r-1", "{}", datetime.now(UTC), attributes)
        return RedrivenEvent(**valid.model_dump(), dead_letter=failed).deduplication_id

    assert len({valid.deduplication_id, back(1), back(2), back(1, "m-2")}) == 4
    assert back(1) == back(1)
