"""While the operator keeps a source closed, its requests get 503, and nothing else changes."""

import boto3

from ingestion.store.closed_sources import CLOSED_SOURCES, ClosedSources, Closing
from tests.integration.cloud import Cloud
from tests.integration.sources.closings import Clock, assert_closed, note_reads
from tests.support.canned import intercept
from tests.support.factories import contract, event, submission


def test_a_closed_source_gets_503_with_the_seconds_to_wait(
    cloud: Cloud, closed: ClosedSources
) -> None:
    closed.close("sourceB", Closing(retry_after_seconds=900))

    assert_closed(cloud.post(submission()), 900)
    assert_closed(cloud.post({"name": "x.csv", "size": 5}, "b/uploads"), 900)
    assert cloud.routed() == 0


def test_the_other_sources_and_the_operator_stay_open(cloud: Cloud, closed: ClosedSources) -> None:
    closed.close("sourceB", Closing())
    closed.close("no-such-source", Closing())

    milestone = submission({"milestone_id": "m-1", "contract_id": "c-1"}, entity_name="MILESTONE")
    assert cloud.post(milestone, "c", source="sourceC").status == 202
    assert cloud.correct("DELETE", "CONTRACT/c-1").status == 202
    assert cloud.read("CONTRACT").status == 200


def test_a_closed_source_is_open_again_within_the_age_of_the_cache(
    cloud: Cloud, closed: ClosedSources, clock: Clock
) -> None:
    before = cloud.post(submission())
    closed.close("sourceB", Closing())
    cached = cloud.post(submission())
    clock.expire_cache()
    refused = cloud.post(submission())
    closed.open("sourceB")
    clock.expire_cache()

    later = cloud.post(submission())

    assert [r.status for r in (before, cached, refused, later)] == [202, 202, 503, 202]


def test_many_requests_read_the_state_once_until_it_expires(cloud: Cloud, clock: Clock) -> None:
    calls = note_reads(cloud, lambda: None)

    for _ in range(5):
        assert cloud.post(submission()).status == 202
    clock.expire_cache()
    assert cloud.post(submission()).status == 202

    assert len(calls) == 2
    assert "ConsistentRead" not in calls[0]


def test_what_another_operator_closes_during_the_command_stays_closed(
    cloud: Cloud, closed: ClosedSources
) -> None:
    mine = boto3.client("dynamodb")
    others = iter(["sourceA", "sourceC"])
    intercept(mine, "UpdateItem", lambda _: closed.close(next(others), Closing()))

    ClosedSources(mine, cloud.table_name).close("sourceB", Closing())
    ClosedSources(mine, cloud.table_name).open("sourceB")

    assert closed.read().keys() == {"sourceA", "sourceC"}


def test_to_open_a_source_that_is_open_changes_nothing(closed: ClosedSources) -> None:
    closed.open("sourceB")
    closed.close("sourceA", Closing())
    closed.open("sourceB")

    assert closed.read().keys() == {"sourceA"}


def test_a_source_may_be_named_like_an_attribute_of_the_table(
    cloud: Cloud, closed: ClosedSources
) -> None:
    names = {"ID", "ENTITY_NAME", "contract_id", "_event", "_shard"}

    for name in names:
        closed.close(name, Closing())

    assert closed.read().keys() == names
    assert cloud.listed("CONTRACT") == {}


def test_an_entry_never_expires(cloud: Cloud, closed: ClosedSources) -> None:
    closed.close("sourceB", Closing(closed_at="2026-01-31T12:00:00.000000Z"))

    [item] = cloud.rows().values()

    assert item.keys() == {"ID", "_closed_sourceB"}


def test_readers_and_subscribers_never_see_the_state(cloud: Cloud, closed: ClosedSources) -> None:
    cloud.store(event(contract("c-1")))
    closed.close("sourceB", Closing())
    closed.open("sourceB")

    failed = cloud.publish_changes(cloud.stream())

    assert failed == []
    assert [change.subject for change in cloud.published_changes()] == ["c-1"]
    assert [item["id"] for item in cloud.read("CONTRACT").document["items"]] == ["c-1"]
    assert cloud.read(f"CONTRACT/{CLOSED_SOURCES}").status == 404
    assert CLOSED_SOURCES in cloud.rows()
