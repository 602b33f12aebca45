"""Which dead letters point to a request, and what an operator sees of the request."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.quarantine.kept_requests import pointer_of, shown_request
from ingestion.http.quarantine.dead_letter import QuarantineDeadLetter
from ingestion.http.quarantine.kept_request import KeptRequest
from ingestion.http.quarantine.reason import Reason

AT = "2026-01-31T12:00:00.000000Z"
REASONS = [Reason(reason="unmatched", message="no rule")]
POINTER = QuarantineDeadLetter(
    id="1" * 32,
    source="shop",
    key=f"quarantine/shop/2026-01-31/{'1' * 32}.json",
    request_id="r-1",
    received_at=AT,
    reasons=REASONS,
    reason_count=1,
)


def dead_letter(body: str, queue: str = "shop", reason: str = "quarantined") -> DeadLetter:
    sent_at = datetime(2026, 1, 31, tzinfo=UTC)
    return DeadLetter(queue, "m-1", "receipt", body, sent_at, {"reason": reason})


def kept(body: bytes) -> KeptRequest:
    return KeptRequest(
        source="shop",
        request_id="r-1",
        received_at=AT,
        reasons=REASONS,
        headers={"x-shop": ["north"]},
        query={"page": ["1"]},
        body=b64encode(body).decode(),
    )


def test_a_dead_letter_of_quarantine_points_to_its_request() -> None:
    assert pointer_of(dead_letter(POINTER.model_dump_json(exclude_none=True))) == POINTER


@pytest.mark.parametrize(
    ("queue", "reason", "changes"),
    [
        pytest.param("other", "quarantined", {}, id="of another queue"),
        pytest.param("shop", "invalid_entity", {}, id="with another reason"),
        pytest.param("shop", "quarantined", {"source": "other"}, id="of another source"),
        pytest.param("shop", "quarantined", {"key": "uploads/shop/a.csv"}, id="another object"),
        pytest.param("shop", "quarantined", {"key": POINTER.key + "/.."}, id="another folder"),
    ],
)
def test_another_dead_letter_points_to_no_request(
    queue: str, reason: str, changes: dict[str, str]
) -> None:
    body = POINTER.model_copy(update=changes).model_dump_json(exclude_none=True)

    assert pointer_of(dead_letter(body, queue, reason)) is None


def test_a_body_that_is_no_json_points_to_no_request() -> None:
    assert pointer_of(dead_letter("{")) is None


def test_values_of_body_and_query_are_hidden_by_default() -> None:
    shown = shown_request(kept(b'{"name": "N"}'), show_personal=False)

    assert shown["body"] == {"name": "[hidden]"}
    assert shown["query"] == {"page": ["[hidden]"]}
    assert shown["body_bytes"] == 13


@pytest.mark.parametrize(
    ("body", "text"), [(b'{"a": 1}', '{"a": 1}'), (b"\xff", {"base64": "/w=="}), (b"", "")]
)
def test_values_are_shown_on_request(body: bytes, text: str | dict[str, str]) -> None:
    shown = shown_request(kept(body), show_personal=True)

    assert (shown["body"], shown["query"]) == (text, {"page": ["1"]})
