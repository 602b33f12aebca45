"""Faults hit the functions that they are meant for, and the endpoint refuses on request."""

import signal
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode

import pytest
from urllib3 import HTTPResponse, PoolManager, Retry
from urllib3.exceptions import HTTPError

from tests.faults.injection.batches import split_batch, with_failures
from tests.faults.injection.endpoint import Endpoint
from tests.faults.injection.faults import ActiveFaults, Chance, Strike
from tests.faults.injection.processes import Processes
from tests.faults.unit.factories import change, planned
from tests.support.servers import serving

ALWAYS = Chance("a fault", 1, "worker")
CHANGE = change(1, planned(1))


def test_a_fault_meets_only_the_function_that_it_names() -> None:
    faults = ActiveFaults()

    assert faults.drawn([ALWAYS], "worker") == "a fault"
    assert faults.drawn([ALWAYS], "api") is None
    assert faults.drawn([Chance("a fault", 1)], "api") == "a fault"


def test_a_signal_follows_only_the_call_that_has_the_effect() -> None:
    strike = Strike(ALWAYS, signal.SIGKILL)
    faults = ActiveFaults(strikes=[strike])

    assert faults.due_strikes("worker", "PutItem") == [strike]
    assert faults.due_strikes("worker", "SendMessage") == []
    assert faults.due_strikes("changes", "PublishBatch") == []


def test_an_indexer_is_killed_after_a_write_of_a_file_or_the_pointer() -> None:
    strike = Strike(Chance("killed", 1, "indexer"), signal.SIGKILL)
    faults = ActiveFaults(strikes=[strike])

    assert faults.due_strikes("indexer", "PutObject") == [strike]
    assert faults.due_strikes("indexer", "") == []  # A read.
    assert faults.due_strikes("extractor", "PutObject") == []


def test_the_first_call_always_meets_the_fault() -> None:
    rare = Chance("rare", 1e-9)
    faults = ActiveFaults(strikes=[Strike(rare, signal.SIGKILL)])

    assert faults.due_strikes("api", "PublishBatch")
    assert faults.drawn([rare], "api")
    faults.injected["rare"] += 1
    assert not faults.due_strikes("api", "PublishBatch")
    assert not faults.drawn([rare], "api")


def test_a_batch_is_taken_in_part_and_the_answer_names_the_rest() -> None:
    entry = "PublishBatchRequestEntries.member.{}.Id"
    ids = {f"m{number}" for number in range(10)}
    body = urlencode(
        {"Action": "PublishBatch", **{entry.format(n): f"m{n}" for n in range(10)}}
    ).encode()

    accepted, failed = split_batch(body)
    answer = with_failures("<PublishBatchResult><Failed/></PublishBatchResult>", failed)

    sent = parse_qs(accepted.decode())
    taken = {sent[entry.format(n)][0] for n in range(1, 11) if entry.format(n) in sent}
    left = {each["Id"] for each in failed}
    assert taken
    assert (taken | left, taken & left) == (ids, set())
    assert all(f"<Id>{name}</Id>" in answer for name in left)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serving(Endpoint(ActiveFaults(), Processes(list))) as served:
        yield served


def deliver(endpoint: Endpoint) -> int:
    """Post a change. Return the status, or 0 if there is no answer."""
    try:
        answer = PoolManager().request(
            "POST", endpoint.url, body=CHANGE.json_bytes, retries=Retry(0)
        )
    except HTTPError:
        return 0
    assert isinstance(answer, HTTPResponse)
    return answer.status


def test_the_endpoint_keeps_what_it_takes(endpoint: Endpoint) -> None:
    assert deliver(endpoint) == 200
    assert endpoint.taken == [CHANGE]


def test_the_endpoint_refuses_changes_or_takes_them_without_an_answer(endpoint: Endpoint) -> None:
    endpoint.faults.refusals = [Chance("away", 1)]

    statuses = [deliver(endpoint) for _ in range(20)]

    assert set(statuses) == {0, 503}
    assert len(endpoint.taken) == statuses.count(0)
    assert endpoint.faults.injected["away"] == 20
