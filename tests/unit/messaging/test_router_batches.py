"""How events share calls, and how a failure affects other events."""

from collections import defaultdict
from collections.abc import Sequence

import pytest

from ingestion.event import MAX_EVENT_BYTES
from tests.support.canned import Canned, aws_error
from tests.support.canned_topic import Entries, Topic, event_of, takes, takes_after
from tests.support.factories import event_of_bytes
from tests.unit.messaging.events import changes, contracts, ids, sizes


def test_the_events_of_each_entity_keep_their_order_when_calls_are_throttled() -> None:
    throttled: set[str] = set()

    def throttle_once_per_entity(entries: Entries) -> Canned:
        first = {event_of(entry).id for entry in entries if event_of(entry).id.endswith("/0")}
        if first <= throttled:
            return takes(entries)
        throttled.update(first)
        return aws_error("Throttled")

    topic = Topic(throttle_once_per_entity)
    by_entity = [changes(f"c-{n}", 7 + 5 * n) for n in range(6)]
    interleaved = [events[step] for step in range(32) for events in by_entity if events[step:]]

    topic.publish(interleaved)

    assert order_by_entity(topic.taken) == order_by_entity(ids(interleaved))


def order_by_entity(event_ids: Sequence[str]) -> dict[str, list[str]]:
    order: dict[str, list[str]] = defaultdict(list)
    for event_id in event_ids:
        order[event_id.partition("/")[0]].append(event_id)
    return order


def test_after_a_failed_event_no_later_event_of_its_entity_is_published() -> None:
    topic = Topic(takes_after(aws_error("AuthorizationError", 403)))
    events = changes("c-1", 25)

    left = topic.publish(events)

    assert left == [(event, "AuthorizationError") for event in events]
    assert sizes(topic) == [1]


def test_the_failure_of_one_entity_does_not_affect_other_entities() -> None:
    def refuse_failing(entries: Entries) -> Canned:
        failing = [entry for entry in entries if event_of(entry).subject == "failing"]
        return takes(entries, failing, sender_fault=True)

    topic = Topic(refuse_failing)
    failing, others = changes("failing", 20), [*changes("other", 3), *contracts(10)]

    left = topic.publish([*failing, *others])

    assert left == [(event, "InternalError") for event in failing]
    assert sorted(topic.taken) == sorted(ids(others))


@pytest.mark.parametrize(
    ("entities", "each", "calls"),
    [(100, 1, 10), (50, 2, 10), (10, 10, 10), (5, 20, 20), (1, 10, 10), (1, 100, 100)],
)
def test_a_call_has_one_event_of_each_of_ten_entities(entities: int, each: int, calls: int) -> None:
    topic = Topic(takes)

    topic.publish([event for n in range(entities) for event in changes(f"c-{n}", each)])

    assert len(topic.calls) == calls
    assert len(topic.taken) == entities * each
    for entries in topic.calls:
        groups = [entry["MessageGroupId"] for entry in entries]
        assert len(groups) == len(set(groups))


def test_entities_with_many_events_share_their_calls() -> None:
    topic = Topic(takes)
    sent = [*contracts(45), *changes("x", 30), *contracts(45, prefix="d"), *changes("y", 29)]

    topic.publish(sent)

    assert sorted(topic.taken) == sorted(ids(sent))
    assert len(topic.calls) == 30 + 9


@pytest.mark.parametrize(
    ("entities", "each", "calls"),
    [(1, 100, 10), (1, 500, 50), (50, 10, 50), (100, 1, 10), (3, 7, 3)],
)
def test_calls_are_full_where_the_order_does_not_matter(
    entities: int, each: int, calls: int
) -> None:
    topic = Topic(takes, keeps_order=False)
    sent = [event for n in range(entities) for event in changes(f"c-{n}", each)]

    assert topic.publish(sent) == []
    assert sorted(topic.taken) == sorted(ids(sent))
    assert len(topic.calls) == calls


def test_where_the_order_does_not_matter_large_events_share_no_call() -> None:
    topic = Topic(takes, keeps_order=False)
    large = [event_of_bytes(MAX_EVENT_BYTES, id=str(n)) for n in range(3)]

    assert topic.publish(large) == []
    assert sizes(topic) == [1, 1, 1]


def test_where_the_order_does_not_matter_a_refused_event_stops_the_later_calls_of_its_entity() -> (
    None
):
    def refuse_first(entries: Entries) -> Canned:
        failing = [entry for entry in entries if event_of(entry).id.endswith("0")]
        return takes(entries, failing[:1], sender_fault=True)

    topic = Topic(refuse_first, keeps_order=False)
    sent = changes("one", 25)

    unpublished = topic.publish(sent)

    assert len(topic.calls) == 1
    assert sorted(ids(event for event, _ in unpublished) + topic.taken) == sorted(ids(sent))
