"""What the sender does if the API refuses a credential or events, or another server answers."""

from functools import partial

import httpx
import pytest

from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.event_client import EventClient, Summary
from ingestion.cli.client.event_file import UnsentEvent
from ingestion.cli.client.posting import NotAllowed, new_client
from tests.unit.cli.client.conftest import FakeApi


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
