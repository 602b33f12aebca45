"""Which failed entries and calls are retried."""

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.parsers import ResponseParserError

from tests.support.canned import Canned, aws_error, name_of
from tests.support.canned_topic import Topic, event_of, takes, takes_after
from tests.unit.messaging.events import contracts, ids, sizes


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
