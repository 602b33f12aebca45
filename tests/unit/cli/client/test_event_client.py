"""The sender against a real HTTP server with given responses."""

import json
from functools import partial
from io import BytesIO
from typing import Any

import httpx
import pytest

from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.event_client import EventClient, Summary
from ingestion.cli.client.event_file import UnsentEvent, read_events
from ingestion.cli.client.posting import Unreachable, new_client
from tests.unit.cli.client.conftest import FakeApi


def send(api: FakeApi, events: list[Any], batch_events: int = 100, retries: int = 8) -> Summary:
    posted = [UnsentEvent(line, event) for line, event in enumerate(events, 1)]
    summary = Summary()
    with new_client(partial(add_api_key, key="key")) as http:
        EventClient(api.url, http, batch_events, retries).send_events(posted, summary)
    return summary


@pytest.mark.parametrize("api", [[429, 503, 502]], indirect=True)
def test_a_temporary_refusal_is_retried_with_the_same_ids(api: FakeApi) -> None:
    summary = send(api, [{"entity_name": "EQUIPMENT"}])

    assert summary.accepted == 1
    assert len(api.posts) == 4
    assert len({json.dumps(post) for post in api.posts}) == 1
    assert api.posts[0][0]["id"]
    assert api.posts[0][0]["time"].endswith("Z")


@pytest.mark.parametrize("api", [[503] * 9], indirect=True)
def test_what_is_never_taken_is_counted_so_and_not_as_rejected(api: FakeApi) -> None:
    summary = send(api, [{}, {}], retries=2)

    assert (summary.accepted, summary.rejected, summary.not_taken) == (0, 0, 2)
    assert len(api.posts) == 3


def test_one_event_that_spoils_a_request_harms_only_itself(api: FakeApi) -> None:
    summary = send(api, [{}, {}, "bad", {}, {}])

    assert (summary.accepted, summary.rejected) == (4, 1)
    assert [refusal.line for refusal in summary.errors] == [3]


def test_events_go_in_batches_and_in_order(api: FakeApi) -> None:
    send(api, [{"entity_name": "EQUIPMENT", "n": n} for n in range(7)], batch_events=3)

    assert [[event["n"] for event in post] for post in api.posts] == [[0, 1, 2], [3, 4, 5], [6]]
    times = [event["time"] for post in api.posts for event in post]
    assert times == sorted(set(times))


def test_own_ids_and_times_are_left_alone(api: FakeApi) -> None:
    event = {"id": "mine", "time": "2026-01-01T00:00:00Z"}

    send(api, [event])

    assert api.posts == [[event]]


def test_what_may_be_a_payload_gets_no_id_and_no_time(api: FakeApi) -> None:
    payload = {"no": 7, "items": [{"id": 1}]}

    send(api, [payload])

    assert api.posts == [[payload]]


def test_an_unreachable_api_is_reported_at_once_and_nothing_counts_as_taken() -> None:
    summary = Summary()

    with (
        new_client(partial(add_api_key, key="key")) as http,
        pytest.raises(Unreachable, match="no response from"),
    ):
        EventClient("http://127.0.0.1:9/a", http, 1).send_events(
            [UnsentEvent(1, {}), UnsentEvent(2, {})], summary
        )

    assert (summary.accepted, summary.not_taken) == (0, 1)


@pytest.mark.parametrize("lines", [True, False])
def test_a_fraction_is_sent_with_its_digits(lines: bool) -> None:
    text = b'{"id":"1","time":"t","body":{"a":1.0000000000000000000000000001,"b":1E+400}}'
    sent: list[bytes] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(202, json={"events": [], "errors": []})

    with httpx.Client(transport=httpx.MockTransport(respond)) as http:
        EventClient("http://api/a", http).send_events(
            read_events(BytesIO(text), lines=lines), Summary()
        )

    assert sent == [b"[" + text + b"]"]


@pytest.mark.parametrize("api", [[202, 503, 202]], indirect=True)
def test_sending_continues_at_the_first_event_that_was_not_taken(api: FakeApi) -> None:
    summary = send(api, [{}] * 6, batch_events=2, retries=0)

    assert (summary.accepted, summary.not_taken) == (4, 2)
    assert summary.settled == 2
