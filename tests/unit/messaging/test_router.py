import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.parsers import ResponseParserError

from ingestion.event import MAX_EVENT_BYTES, Event, Message
from tests.support.canned_topic import Entries, Topic, event_of, takes, takes_after
from tests.support.factories import Canned, aws_error, contract, event, event_of_bytes, name_of

MAX_BATCH_BYTES = 262_144


def contracts(count: int, prefix: str = "c") -> list[Event]:
    """Return this number of events, each of another contract."""
    return [event(contract(f"{prefix}-{n}"), id=f"{prefix}-{n}") for n in range(count)]


def changes(contract_id: str, count: int) -> list[Event]:
    """Return this number of events of one contract."""
    return [event(contract(contract_id), id=f"{contract_id}/{n}") for n in range(count)]


def ids(events: Iterable[Message]) -> list[str]:
    return [event.id for event in events]


def sizes(topic: Topic) -> list[int]:
    return [len(entries) for entries in topic.calls]


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


def test_only_the_entries_that_failed_are_retried() -> None:
    events = contracts(5)
    topic = Topic(lambda entries: takes(entries, [entries[1], entries[3]] if entries[4:] else []))

    left = topic.publish(events)

    assert left == []
    assert [[event_of(entry).id for entry in entries] for entries in topic.calls] == [
        ["c-0", "c-1", "c-2", "c-3", "c-4"],
        ["c-1", "c-3"],
    ]
    assert sorted(topic.taken) == ids(events)


def test_an_entry_that_is_missing_from_the_response_is_retried() -> None:
    topic = Topic(lambda entries: takes(entries if len(entries) < 3 else entries[1:]))
    events = contracts(3)

    left = topic.publish(events)

    assert left == []
    assert sizes(topic) == [3, 1]
    assert sorted(topic.taken) == ids(events)


@pytest.mark.parametrize(
    "failure",
    [
        aws_error("Throttled"),
        aws_error("ThrottlingException"),
        aws_error("KMSThrottling"),
        aws_error("InternalError", 500),
        aws_error("ServiceUnavailable", 503),
        EndpointConnectionError(endpoint_url="https://canned.example.com"),
        ResponseParserError("half a response"),
    ],
    ids=name_of,
)
def test_a_call_that_failed_temporarily_is_retried(failure: Canned | Exception) -> None:
    topic = Topic(takes_after(failure, failure))

    left = topic.publish(contracts(3))

    assert left == []
    assert sizes(topic) == [3, 3, 3]


@pytest.mark.parametrize(
    "code", ["AuthorizationError", "InvalidParameter", "NotFound", "InvalidClientTokenId"]
)
def test_a_call_that_failed_permanently_is_not_retried(code: str) -> None:
    topic = Topic(takes_after(aws_error(code, 403)))
    events = contracts(3)

    left = topic.publish(events)

    assert left == [(event, code) for event in events]
    assert sizes(topic) == [3]


def test_an_entry_that_failed_by_a_fault_of_the_sender_is_not_retried() -> None:
    topic = Topic(lambda entries: takes(entries, entries[:1], sender_fault=True))

    left = topic.publish(contracts(3))

    assert left == [(contracts(1)[0], "InternalError")]
    assert sizes(topic) == [3]


def test_no_call_is_made_after_the_deadline() -> None:
    failed_at: list[float] = []

    def throttle(_: Entries) -> Canned:
        failed_at.append(time.monotonic())
        return aws_error("Throttled")

    topic = Topic(throttle)
    deadline = time.monotonic() + 0.5

    left = topic.router.publish(contracts(2), deadline).unpublished

    assert left == [(event, "Throttled") for event in contracts(2)]
    assert 2 <= len(failed_at) <= 6
    assert failed_at[-1] < deadline + 0.4  # The machine may be slow; the router does not wait.


def test_no_batch_begins_after_the_deadline() -> None:
    deadline = time.monotonic() + 0.5

    def take_until_the_deadline(entries: Entries) -> Canned:
        while (seconds := deadline - time.monotonic()) >= 0:
            time.sleep(seconds + 0.01)
        return takes(entries)

    topic = Topic(take_until_the_deadline)
    events = changes("c-1", 25)

    left = topic.router.publish(events, deadline).unpublished

    assert topic.taken == ids(events[:1])
    assert left == [(event, "DeadlineExceeded") for event in events[1:]]


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
