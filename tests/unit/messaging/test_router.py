"""What the router publishes, and until when."""

import pytest

from ingestion.event import MAX_EVENT_BYTES
from tests.support.canned import Canned, aws_error
from tests.support.canned_topic import Entries, Topic, event_of, takes
from tests.support.factories import event, event_of_bytes
from tests.unit.messaging.events import changes, contracts, ids, sizes

MAX_BATCH_BYTES = 262_144


def test_an_entry_holds_the_event_and_its_routing_attributes() -> None:
    topic = Topic(takes)
    sent = event()

    topic.publish([sent])

    assert topic.calls == [
        [
            {
                "Id": "0",
                "Message": sent.json_bytes.decode(),
                "MessageGroupId": "CONTRACT#c-1",
                "MessageDeduplicationId": sent.deduplication_id,
                "MessageAttributes": {
                    "source": {"DataType": "String", "StringValue": "sourceB"},
                    "entity_name": {"DataType": "String", "StringValue": "CONTRACT"},
                },
            }
        ]
    ]


def test_publishing_no_events_makes_no_call() -> None:
    topic = Topic(takes)

    left = topic.publish([])

    assert left == []
    assert topic.calls == []


@pytest.mark.parametrize(("count", "calls"), [(1, 1), (10, 1), (11, 2), (25, 3), (500, 50)])
def test_a_call_publishes_at_most_ten_events(count: int, calls: int) -> None:
    topic = Topic(takes)

    left = topic.publish(contracts(count))

    assert left == []
    assert len(topic.calls) == calls
    assert max(sizes(topic)) <= 10
    assert sorted(topic.taken) == sorted(ids(contracts(count)))


@pytest.mark.parametrize(
    ("event_bytes", "count", "calls"),
    [(MAX_EVENT_BYTES, 2, 2), (130_000, 4, 2), (131_000, 4, 4), (26_300, 10, 2), (25_900, 10, 1)],
)
def test_a_call_publishes_at_most_256_kb(event_bytes: int, count: int, calls: int) -> None:
    topic = Topic(takes)

    topic.publish([event_of_bytes(event_bytes, subject=f"c-{n}") for n in range(count)])

    assert len(topic.calls) == calls
    assert sum(sizes(topic)) == count
    assert max(map(bytes_of, topic.calls)) <= MAX_BATCH_BYTES


def bytes_of(entries: Entries) -> int:
    attributes = [item for entry in entries for item in entry["MessageAttributes"].items()]
    return sum(len(entry["Message"].encode()) for entry in entries) + sum(
        len(name) + sum(map(len, value.values())) for name, value in attributes
    )


def test_no_call_is_made_after_the_deadline(pauses: list[float]) -> None:
    failed_at: list[float] = []

    def throttle(_: Entries) -> Canned:
        failed_at.append(sum(pauses))
        return aws_error("Throttled")

    left = Topic(throttle).router.publish(contracts(2), 0.5).unpublished

    assert left == [(event, "Throttled") for event in contracts(2)]
    assert failed_at == pytest.approx([0, 0.1, 0.3])


def test_no_batch_begins_after_the_deadline(pauses: list[float]) -> None:
    def take_until_the_deadline(entries: Entries) -> Canned:
        pauses.append(0.6)
        return takes(entries)

    topic = Topic(take_until_the_deadline)
    events = changes("c-1", 25)

    left = topic.router.publish(events, 0.5).unpublished

    assert topic.taken == ids(events[:1])
    assert left == [(event, "DeadlineExceeded") for event in events[1:]]


def test_repeats_of_an_event_are_published_once_and_share_its_outcome() -> None:
    repeated, other = changes("repeated", 1)[0], changes("other", 1)[0]
    events = [repeated, other, repeated.model_copy(), repeated.model_copy()]

    def refuse_repeated(entries: Entries) -> Canned:
        failing = [entry for entry in entries if event_of(entry).subject == "repeated"]
        return takes(entries, failing, sender_fault=True)

    taken, refused = Topic(takes), Topic(refuse_repeated)

    assert taken.publish(events) == []
    assert sizes(taken) == [2]
    assert [event.id for event, _ in refused.publish(events)] == [repeated.id] * 3
