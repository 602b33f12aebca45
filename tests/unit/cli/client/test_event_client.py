"""The sender against a real HTTP server with given responses."""

import json
from collections.abc import Iterator
from functools import partial
from http.server import HTTPServer
from io import BytesIO
from typing import Any

import httpx
import pytest

from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.event_client import EventClient, Summary
from ingestion.cli.client.event_file import UnsentEvent, read_events
from ingestion.cli.client.posting import NotAllowed, Unreachable, new_client
from tests.support.servers import QuietHandler, serving


class FakeApi(HTTPServer):
    """Returns the statuses in turn, then 202; remembers what was posted."""

    def __init__(self, statuses: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses = statuses
        self.posts: list[list[Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/a"


class Handler(QuietHandler):
    server: FakeApi

    def do_POST(self) -> None:
        events = json.loads(self.body())
        self.server.posts.append(events)
        bad = any(event == "bad" for event in events)
        status = self.server.statuses.pop(0) if self.server.statuses else 400 if bad else 202
        accepted = [{"index": i, "status": "accepted"} for i, _ in enumerate(events)]
        document: dict[str, Any] = {"events": accepted, "errors": []} if status == 202 else {}
        self.answer(status, json.dumps(document).encode(), Retry_After="0")


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Iterator[FakeApi]:
    with serving(FakeApi(list(getattr(request, "param", [])))) as api:
        yield api


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


@pytest.mark.parametrize("api", [[202, status] for status in (401, 403, 404, 405)], indirect=True)
def test_a_refused_credential_ends_the_file_at_once(api: FakeApi) -> None:
    summary = Summary()

    with (
        new_client(partial(add_api_key, key="wrong")) as http,
        pytest.raises(NotAllowed, match=r"/a responds with HTTP 40[1345]"),
    ):
        EventClient(api.url, http, 1).send_events(
            [UnsentEvent(line, {}) for line in range(1, 9)], summary
        )

    assert len(api.posts) == 2
    assert (summary.accepted, summary.rejected, summary.not_taken) == (1, 0, 0)
    assert summary.settled == 1


@pytest.mark.parametrize("status", [200, 202, 204, 301, 501])
@pytest.mark.parametrize("content", [b"<html>", b"[]", b"{}", b'"text"'], ids=bytes.decode)
def test_a_response_that_is_not_of_the_api_ends_the_file(status: int, content: bytes) -> None:
    respond = httpx.MockTransport(lambda _: httpx.Response(status, content=content))
    summary = Summary()

    with (
        httpx.Client(transport=respond) as http,
        pytest.raises(NotAllowed, match=f"^http://api/a responds with HTTP {status}$"),
    ):
        EventClient("http://api/a", http).send_events([UnsentEvent(1, {})], summary)

    assert (summary.accepted, summary.rejected, summary.settled) == (0, 0, 0)


@pytest.mark.parametrize("content", [b"[]", b"null"], ids=bytes.decode)
def test_a_rejection_without_an_object_counts_its_events(content: bytes) -> None:
    respond = httpx.MockTransport(lambda _: httpx.Response(418, content=content))
    summary = Summary()

    with httpx.Client(transport=respond) as http:
        EventClient("http://api/a", http).send_events([UnsentEvent(1, {})], summary)

    assert [str(error) for error in summary.errors] == [
        "line 1: http_418: HTTP 418: no reason given"
    ]


@pytest.mark.parametrize("api", [[202, 503, 202]], indirect=True)
def test_sending_continues_at_the_first_event_that_was_not_taken(api: FakeApi) -> None:
    summary = send(api, [{}] * 6, batch_events=2, retries=0)

    assert (summary.accepted, summary.not_taken) == (4, 2)
    assert summary.settled == 2


@pytest.mark.parametrize(
    ("name", "field", "suggestion"),
    [
        ("CONTRACT", "body.contract_nam", '; did you mean "contract_name"?'),
        ("CONTRACT", "body.x", ""),
        ("CONTRACT", "contract_nam", ""),  # Beside the body.
        (["CONTRACT"], "body.contract_nam", ""),
    ],
)
def test_an_unknown_field_suggests_the_closest_field_of_the_entity(
    name: str | list[str], field: str, suggestion: str
) -> None:
    error = {"index": 0, "reason": "invalid_entity", "field": field, "message": "unknown field"}
    document = {"events": [{"index": 0, "status": "rejected"}], "errors": [error]}
    respond = httpx.MockTransport(lambda _: httpx.Response(422, json=document))
    summary = Summary()

    with httpx.Client(transport=respond) as http:
        client = EventClient("http://api/a", http)
        client.send_events([UnsentEvent(1, {"entity_name": name})], summary)

    assert [error.message for error in summary.errors] == [f"unknown field{suggestion}"]


@pytest.mark.parametrize("is_row", [True, False])
def test_unknown_fields_of_a_row_are_one_error(is_row: bool) -> None:
    unknown = "unknown field"
    faults = [("body.entity", unknown), ("body.a", unknown), ("body.contract_id", "Field required")]
    document = {
        "events": [{"index": 0, "status": "rejected"}],
        "errors": [
            {"index": 0, "reason": "invalid_entity", "field": field, "message": message}
            for field, message in faults
        ],
    }
    respond = httpx.MockTransport(lambda _: httpx.Response(422, json=document))
    summary = Summary()

    with httpx.Client(transport=respond) as http:
        EventClient("http://api/a", http).send_events([UnsentEvent(7, {}, is_row=is_row)], summary)

    shown = [str(error) for error in summary.errors]
    expected = [f"line 7: invalid_entity: {field}: {message}" for field, message in faults]
    assert shown == (["line 7: invalid_entity: unknown fields: entity, a"] if is_row else expected)
    assert (summary.rejected, summary.has_unknown_rows) == (1, is_row)
