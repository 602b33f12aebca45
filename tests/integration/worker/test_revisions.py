"""Events that were made again: the last revision wins among equal times, ids and sources."""

import json
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from ingestion.intake.cloudevents import STRUCTURED_JSON
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.support.factories import Json, cloudevent, contract, delete_event, event, event_fields

FIRST, SECOND = "2026-02-01T00:00:00.000000Z", "2026-02-02T00:00:00.000000Z"
Counts = Callable[[], dict[str, int]]


def named(name: str, **changes: Any) -> Any:
    """Return an event that gives contract c-1 this name."""
    return event(contract(contract_name=name), **changes)


ORIGINAL = named("original")
EDITED = named("edited", revision=FIRST)
EDITED_BACK = named("original", revision=SECOND)
DELETED = delete_event(revision=SECOND)


def final(cloud: Cloud) -> Json:
    """Return the row of contract c-1 without the times at which it was stored and expires."""
    row = cloud.rows()["CONTRACT#c-1"]
    del row["_event"]["stored_at"]
    for name in ("_stored_at", "_expires_at"):
        row.pop(name, None)
    return row


@pytest.mark.parametrize(
    "history",
    [
        pytest.param((ORIGINAL, EDITED), id="edited once"),
        pytest.param((ORIGINAL, EDITED, EDITED_BACK), id="edited and edited back"),
        pytest.param((ORIGINAL, named("original", revision=FIRST)), id="made again unchanged"),
        pytest.param((ORIGINAL, EDITED, DELETED), id="edited and deleted"),
        pytest.param((delete_event(), EDITED), id="a deletion that was edited"),
    ],
)
def test_every_order_of_arrival_ends_with_the_last_revision(cloud: Cloud, history: Any) -> None:
    cloud.work(history[-1])
    expected = final(cloud)

    for order in permutations(history):
        cloud.empty_table()
        cloud.work(*order, *order)
        assert final(cloud) == expected

    assert expected["_event"]["revision"] == history[-1].revision
    assert cloud.dead_letters() == []


def test_the_first_version_of_an_event_has_no_revision(cloud: Cloud) -> None:
    cloud.work(ORIGINAL)

    assert "revision" not in cloud.rows()["CONTRACT#c-1"]["_event"]


@pytest.mark.parametrize(
    "order",
    [
        pytest.param((ORIGINAL, named("original", revision=FIRST)), id="later revision"),
        pytest.param((named("original", revision=FIRST), ORIGINAL), id="earlier revision"),
        pytest.param((EDITED, EDITED), id="same revision"),
        pytest.param((delete_event(), delete_event(revision=FIRST)), id="deletion"),
    ],
)
def test_an_event_made_again_with_the_stored_data_is_a_duplicate_without_a_change(
    cloud: Cloud, counts: Counts, order: Any
) -> None:
    cloud.work(*order)

    assert counts() == {"EventStored": 1, "EventDuplicated": 1}
    assert cloud.publish_changes(cloud.stream()) == []
    assert len(cloud.published_changes()) == (0 if order[0].is_delete else 1)


def test_an_older_revision_with_other_data_is_superseded(cloud: Cloud, counts: Counts) -> None:
    cloud.work(EDITED, ORIGINAL)

    assert counts() == {"EventStored": 1, "EventSuperseded": 1}


def test_the_same_revision_with_other_data_is_dead_lettered(cloud: Cloud) -> None:
    cloud.work(EDITED, named("other", revision=FIRST))

    [(_, reason, _)] = cloud.dead_letters()
    assert reason == "id_reused"
    assert final(cloud)["contract_name"] == "edited"


def test_a_newer_time_wins_over_every_revision(cloud: Cloud) -> None:
    newer = named("newer", time="2026-01-31T12:00:00.000001Z")

    cloud.work(EDITED, newer, named("again", revision=SECOND))

    assert final(cloud)["contract_name"] == "newer"


def test_the_change_feed_and_readers_get_the_revision(cloud: Cloud) -> None:
    cloud.work(ORIGINAL, EDITED)

    cloud.publish_changes(cloud.stream())
    created, updated = cloud.published_changes()

    assert b"revision" not in created.json_bytes
    assert updated.data.changed == ["contract_name"]
    assert updated.data.cause.revision == FIRST
    assert cloud.read("CONTRACT/c-1").document["event"]["revision"] == FIRST


def test_an_edited_dead_letter_wins_over_what_is_stored_under_its_id(
    cloud: Cloud, ingest: Ingest
) -> None:
    lease = contract(contract_name="edited", contract_type="lease")
    cloud.work(event(lease), ORIGINAL)
    assert final(cloud)["contract_name"] == "original"

    ingest("edit", "event-1", "--set", "data.contract_type=works")
    assert ingest("redrive").exit_code == 0
    cloud.work(*cloud.queued())

    assert final(cloud)["contract_name"] == "edited"
    assert final(cloud)["_event"]["revision"] > FIRST


@pytest.mark.parametrize("last", ["2099-01-01T00:00:00.000000Z", "no time", "2026-01-31", 7])
def test_a_second_edit_is_newer_than_the_first_whatever_the_clocks_say(
    cloud: Cloud, ingest: Ingest, last: str | int
) -> None:
    lease = event_fields(contract(contract_type="lease")) | {"revision": last}
    cloud.work(json.dumps(lease))

    ingest("edit", "event-1", "--set", "data.contract_type=works")

    [(body, _, _)] = cloud.dead_letters()
    revision = json.loads(body)["revision"]
    assert revision > (last if last == "2099-01-01T00:00:00.000000Z" else FIRST)
    assert len(revision) == len(FIRST)


def test_a_plain_redrive_sets_no_revision(cloud: Cloud, ingest: Ingest) -> None:
    cloud.write_catalog({"sources": {"sourceB": other_entity()}})
    cloud.work(ORIGINAL)

    assert ingest("redrive").exit_code == 0

    [record] = cloud.queued()
    assert record["body"] == ORIGINAL.json_bytes.decode()


def other_entity() -> Json:
    return {"path": "b", "entities": ["MILESTONE"], "auth": "api_key"}


def test_a_revision_in_a_senders_cloudevent_is_ignored_like_other_extensions(
    cloud: Cloud,
) -> None:
    response = cloud.post(
        cloudevent(revision=SECOND, receivedat=SECOND), content_type=STRUCTURED_JSON
    )

    assert response.status == 202
    [record] = cloud.queued()
    assert "revision" not in record["body"]
    assert SECOND not in record["body"]
