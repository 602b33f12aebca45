"""A signed request is accepted once, and its message has the same events each time."""

import pytest
from pydantic_core import to_json

from ingestion.event import Event
from tests.integration.conftest import Said
from tests.integration.signed_requests.responses import refused
from tests.integration.signing import Signing
from tests.support.canned import aws_error, intercept
from tests.support.factories import contract, submission

BODY = to_json(submission())


def test_an_exact_repeat_gets_success_and_makes_no_event_again(
    signing: Signing, said: Said
) -> None:
    headers = signing.headers(BODY)
    first = signing.cloud.post(BODY, source=None, **headers)

    again = signing.cloud.post(BODY, source=None, **headers)

    assert (first.status, again.status) == (202, 202)
    assert again.document["events"] == []
    assert "accepted before, and nothing was done again" in again.document["detail"]
    assert "request_repeated" in [line.get("message") for line in said()]
    assert signing.cloud.routed() == 1


def test_an_exact_repeat_gets_the_status_of_the_first_response(signing: Signing) -> None:
    body = to_json([submission(), submission({})])
    headers = signing.headers(body)
    first = signing.cloud.post(body, source=None, **headers)

    again = signing.cloud.post(body, source=None, **headers)

    assert (first.status, again.status) == (207, 207)
    assert signing.cloud.routed() == 1


def test_an_exact_repeat_of_an_upload_gets_no_second_url(signing: Signing) -> None:
    body = to_json({"name": "rows.csv", "size": 5})
    headers = signing.headers(body)
    first = signing.cloud.post(body, "b/uploads", source=None, **headers)

    again = signing.cloud.post(body, "b/uploads", source=None, **headers)

    assert first.status == 201
    assert refused(again, 409)
    assert "url" not in again.document


def test_a_message_signed_again_has_the_same_events(
    signing: Signing, published: list[Event]
) -> None:
    content = [submission(contract("c-1")), submission(contract("c-2"))]
    signing.post(content)

    again = signing.post(content, seconds=5)

    assert again.status == 202
    first, second = published[:2], published[2:]
    assert [(event.id, event.time) for event in first] == [
        (event.id, event.time) for event in second
    ]
    assert len({event.id for event in published}) == len({event.time for event in published}) == 2


@pytest.mark.parametrize("path", ["b", "b/uploads"])
def test_another_body_under_the_same_message_id_gets_409(
    signing: Signing, published: list[Event], path: str
) -> None:
    assert signing.post(submission()).status == 202
    other = to_json(
        {"name": "x.csv", "size": 5} if path == "b/uploads" else submission(contract("c-2"))
    )

    again = signing.cloud.post(other, path, source=None, **signing.headers(other, seconds=5))

    assert refused(again, 409)
    assert "had another body" in again.document["detail"]
    assert len(published) == 1


def test_two_messages_are_two_events(signing: Signing, published: list[Event]) -> None:
    signing.post(submission())

    signing.post(submission(), "msg_2")

    assert len({event.id for event in published}) == 2


def test_the_ids_and_times_of_a_sender_are_kept(signing: Signing, published: list[Event]) -> None:
    signing.post(submission(id="mine", time="2026-01-01T00:00:00Z"))

    [event] = published
    assert event.id == "mine"
    assert event.time == "2026-01-01T00:00:00.000000Z"


def test_an_exact_repeat_of_an_unaccepted_request_is_accepted(
    signing: Signing,
) -> None:
    failures = iter([aws_error("AuthorizationError", 403)])
    intercept(signing.cloud.api_runtime.router.sns, "PublishBatch", lambda _: next(failures, None))
    headers = signing.headers(BODY)
    first = signing.cloud.post(BODY, source=None, **headers)

    again = signing.cloud.post(BODY, source=None, **headers)

    assert first.status == 503
    assert again.status == 202
    assert signing.cloud.routed() == 1


def test_an_exact_repeat_of_a_rejected_request_is_rejected(signing: Signing) -> None:
    body = to_json(submission({}))
    headers = signing.headers(body)
    first = signing.cloud.post(body, source=None, **headers)

    again = signing.cloud.post(body, source=None, **headers)

    assert first.status == 422
    assert again.status == 422
