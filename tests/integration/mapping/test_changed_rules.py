"""The same payload again under changed rules: the topic takes it, and its values win."""

from collections.abc import Callable

from tests.integration.cloud import Cloud
from tests.integration.mapping.conftest import map_source, queued_events, reading

PAYLOAD = {"id": "a", "at": "2026-01-31T12:00:00Z"}


def give_note(cloud: Cloud, note: str) -> None:
    """Let the rules of sourceB give readings this note."""
    map_source(cloud, reading(time="item.at", fields={"note": {"const": note}}))


def test_the_values_of_the_changed_rules_win(
    cloud: Cloud, counts: Callable[[], dict[str, int]]
) -> None:
    give_note(cloud, "active")
    first = cloud.post(PAYLOAD)
    give_note(cloud, "terminated")
    again = cloud.post(PAYLOAD)
    records = cloud.queued()
    counts()

    cloud.work(*records)
    cloud.work(*reversed(records))

    assert again.document["events"][0]["id"] == first.document["events"][0]["id"]
    assert counts() == {"EventStored": 2, "EventDuplicated": 1, "EventSuperseded": 1}
    row = cloud.rows()["READING#a"]
    assert row["note"] == "terminated"
    assert row["_event"]["revision"] == row["_event"]["received_at"]
    assert cloud.dead_letters() == []


def test_a_payload_without_a_time_makes_new_events_without_a_revision(cloud: Cloud) -> None:
    for note in ("active", "terminated"):
        map_source(cloud, reading(fields={"note": {"const": note}}))
        cloud.post(PAYLOAD)
    first, second = queued_events(cloud)

    cloud.work(second, first)

    assert first.id != second.id
    row = cloud.rows()["READING#a"]
    assert row["note"] == "terminated"
    assert "revision" not in row["_event"]
