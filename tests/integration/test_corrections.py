"""Corrections by operators: events of a source of their own that go through the same topic."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest

from ingestion.event import Event, timestamp
from tests.integration.answer import Answer
from tests.integration.cloud import Cloud
from tests.integration.test_api_refusals import assert_problem
from tests.support.factories import (
    CANARY,
    NOT_JSON,
    Json,
    aws_error,
    contract,
    delete_event,
    equipment,
    event,
    event_of_bytes,
    intercept,
    lines,
    milestone,
)

JSON = "application/json"
ACCEPTED = {"index": 0, "status": "accepted"}
BODY = {name: value for name, value in contract().items() if name != "contract_id"}


def event_id(response: Answer) -> str:
    [accepted] = response.document["events"]
    return str(accepted["id"])


def test_a_correction_becomes_an_event_of_the_operator(cloud: Cloud) -> None:
    response = cloud.correct("PUT", "CONTRACT/c-1", BODY)

    assert response.status == 202
    assert response.headers == {"Content-Type": JSON}
    assert response.document == {"events": [ACCEPTED | {"id": event_id(response)}], "errors": []}
    [record] = cloud.queued("operator")
    made = Event.from_json(record["body"])
    assert made.id == event_id(response)
    assert made.source == "operator"
    assert made.type == "contract.upsert"
    assert made.key == "CONTRACT#c-1"
    assert made.data == contract()
    assert made.time == made.receivedat
    assert cloud.routed() == 0


def test_a_deletion_becomes_an_event_of_the_operator(cloud: Cloud) -> None:
    response = cloud.correct("DELETE", "CONTRACT/c-1")

    assert response.status == 202
    assert response.document["errors"] == []
    [record] = cloud.queued("operator")
    made = Event.from_json(record["body"])
    assert made.source == "operator"
    assert made.type == "contract.delete"
    assert made.data == {"contract_id": "c-1"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("CONTRACT/c-1", contract()),
        ("MILESTONE/m-1", milestone()),
        ("EQUIPMENT/e-1", equipment(contract_id="c-1")),
    ],
)
def test_every_entity_can_be_corrected_and_read(cloud: Cloud, path: str, body: Json) -> None:
    cloud.correct("PUT", path, body)
    [record] = cloud.queued("operator")
    cloud.serve("operator")
    assert cloud.work(record) == []

    found = cloud.read(path).document
    assert found["entity"] == body
    assert found["event"]["source"] == "operator"


def test_a_correction_replaces_older_events_and_newer_events_replace_it(cloud: Cloud) -> None:
    cloud.store(event(contract(contract_name="wrong")))
    cloud.correct("PUT", "CONTRACT/c-1", contract(contract_name="right"))
    [record] = cloud.queued("operator")
    cloud.serve("operator")
    cloud.work(record)
    corrected = cloud.read("CONTRACT/c-1").document["entity"]["contract_name"]

    newer = timestamp(datetime.now(UTC))
    cloud.store(event(contract(contract_name="newer"), id="2", time=newer, receivedat=newer))

    assert corrected == "right"
    assert cloud.read("CONTRACT/c-1").document["entity"]["contract_name"] == "newer"


def store_ahead(cloud: Cloud, *, is_deleted: bool = False) -> str:
    """Store contract c-1, or its deletion, with a time in the future. Return the time."""
    now = datetime.now(UTC)
    time = timestamp(now + timedelta(minutes=4))
    made = delete_event if is_deleted else event
    cloud.store(made(time=time, receivedat=timestamp(now)))
    return time


@pytest.mark.parametrize("is_deleted", [False, True], ids=["an entity", "a deletion"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_correction_that_is_older_than_the_stored_event_gets_409(
    cloud: Cloud, method: str, is_deleted: bool
) -> None:
    time = store_ahead(cloud, is_deleted=is_deleted)

    response = cloud.correct(method, "CONTRACT/c-1", BODY if method == "PUT" else "")

    assert_problem(response, 409, f"repeat the correction with If-Match, or after {time}")
    assert response.document["stored_time"] == time
    assert cloud.routed() == 0


def test_an_invalid_correction_of_a_newer_event_gets_422(cloud: Cloud) -> None:
    store_ahead(cloud)

    assert cloud.correct("PUT", "CONTRACT/c-1", {}).status == 422


def test_while_the_table_is_not_available_a_correction_gets_503(cloud: Cloud) -> None:
    throttled = aws_error("ThrottlingException", message=CANARY)
    intercept(cloud.api_runtime.reader.dynamodb, "GetItem", lambda _: throttled)

    response = cloud.correct("DELETE", "CONTRACT/c-1")

    assert response.status == 503
    assert response.headers["Retry-After"] == "5"
    assert "the table is not available" in response.document["detail"]
    assert CANARY not in response.text
    assert cloud.routed() == 0


def test_a_repeated_correction_with_the_same_idempotency_key_is_one_event(cloud: Cloud) -> None:
    responses = [
        cloud.correct("PUT", "CONTRACT/c-1", BODY, idempotency_key="ticket-7") for _ in range(2)
    ]

    first, second = map(event_id, responses)
    assert first == second
    assert first.startswith("ticket-7:")
    assert cloud.routed() == 1


def test_the_same_idempotency_key_with_other_content_is_another_event(cloud: Cloud) -> None:
    requests = [
        ("PUT", "CONTRACT/c-1", BODY),
        ("PUT", "CONTRACT/c-2", BODY),
        ("PUT", "CONTRACT/c-1", BODY | {"contract_name": "other"}),
        ("DELETE", "CONTRACT/c-1", ""),
    ]

    responses = [cloud.correct(*request, idempotency_key="ticket-7") for request in requests]

    assert len({event_id(response) for response in responses}) == 4
    assert cloud.routed() == 4


@pytest.mark.parametrize("entity_id", ["a/b", "100%25", "a/related", "契約 7", "x" * 512])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_entity_with_any_id_can_be_corrected(cloud: Cloud, method: str, entity_id: str) -> None:
    path = f"CONTRACT/{quote(entity_id, safe='')}"

    response = cloud.correct(method, path, BODY if method == "PUT" else "")

    assert response.status == 202
    [record] = cloud.queued("operator")
    assert Event.from_json(record["body"]).subject == entity_id


@pytest.mark.parametrize(
    ("path", "body", "reason", "field"),
    [
        ("CONTRACT/c-1", {}, "invalid_entity", "body.contract_name"),
        ("CONTRACT/c-1", contract("c-2"), "invalid_entity", "body.contract_id"),
        ("CONTRACT/c-1", contract(7), "invalid_entity", "body.contract_id"),
        ("CONTRACT/c-1", contract(colour=CANARY), "invalid_entity", "body.colour"),
        ("CONTRACT/c-1%23", BODY, "invalid_entity", "body.contract_id"),
        ("CONTRACT/%E2%80%AE", BODY, "invalid_entity", "body.contract_id"),
        (f"CONTRACT/{'x' * 513}", BODY, "invalid_entity", "body.contract_id"),
        ("CONTRACT/c-1", [contract()], "invalid_event", "body"),
        ("CONTRACT/c-1", "null", "invalid_event", "body"),
        ("EQUIPMENT/e-1", {"parent_equipment_id": "e-1"}, "invalid_entity", "body"),
    ],
)
def test_an_invalid_correction_gets_422(
    cloud: Cloud, path: str, body: Any, reason: str, field: str
) -> None:
    response = cloud.correct("PUT", path, body)

    assert response.status == 422
    assert response.statuses == ["rejected"]
    assert response.document["errors"][0]["reason"] == reason
    assert response.document["errors"][0]["field"] == field
    assert CANARY not in response.document["errors"][0]["message"]
    assert cloud.routed() == 0


@pytest.mark.parametrize("key", ["", "x" * 257, "a\tb"])
def test_an_idempotency_key_that_is_not_an_event_id_gets_422(cloud: Cloud, key: str) -> None:
    response = cloud.correct("DELETE", "CONTRACT/c-1", idempotency_key=key)

    assert response.status == 422
    assert response.document["errors"][0]["field"] == "id"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("key", [None, "sourceB", "reader"])
def test_every_key_but_the_operators_gets_403(cloud: Cloud, method: str, key: str | None) -> None:
    response = cloud.correct(method, "CONTRACT/c-1", BODY, key=key)

    assert_problem(response, 403, "must hold the operator's key")
    assert cloud.routed() == 0


def test_the_operators_key_is_refused_on_the_path_of_a_source(cloud: Cloud) -> None:
    assert_problem(cloud.post(contract(), source="operator"), 403, "must hold this source's key")


def test_the_operator_has_no_path_of_its_own(cloud: Cloud) -> None:
    assert_problem(cloud.post(contract(), "operator", source="operator"), 404, "no source has this")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("ROCKET/r-1", "must be one of CONTRACT, EQUIPMENT, MILESTONE"),
        ("CONTRACT/c-1/related", "%2Frelated"),
        ("CONTRACT", "no operation has this path and method"),
    ],
)
def test_a_correction_of_an_unknown_path_gets_404(
    cloud: Cloud, method: str, path: str, detail: str
) -> None:
    assert_problem(cloud.correct(method, path, BODY), 404, detail)


def test_a_path_that_is_not_utf_8_gets_400(cloud: Cloud) -> None:
    assert_problem(cloud.correct("DELETE", "CONTRACT/%ff"), 400, "UTF-8")


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_a_correction_that_is_not_json_gets_400(cloud: Cloud, body: bytes) -> None:
    response = cloud.correct("PUT", "CONTRACT/c-1", body)

    assert_problem(response, 400, "not JSON: ")
    assert CANARY not in response.text


def test_a_delete_with_a_body_gets_400(cloud: Cloud) -> None:
    assert_problem(cloud.correct("DELETE", "CONTRACT/c-1", "{}"), 400, "a delete has no body")


def test_a_correction_of_another_media_type_gets_415(cloud: Cloud) -> None:
    response = cloud.correct("PUT", "CONTRACT/c-1", BODY, content_type="text/csv")

    assert_problem(response, 415, "application/json")


def test_an_oversized_correction_gets_413(cloud: Cloud) -> None:
    large = event_of_bytes(240 * 1024)

    response = cloud.correct("PUT", "CONTRACT/c-1", large.data | {"contract_name": "x" * 245_760})

    assert response.status == 413
    assert response.document["errors"][0]["reason"] == "too_large"


def test_a_correction_that_the_topic_does_not_accept_gets_503(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    denial = aws_error("AuthorizationError", 403, message=CANARY)
    intercept(cloud.api_runtime.router.sns, "PublishBatch", lambda _: denial)

    response = cloud.correct("PUT", "CONTRACT/c-1", BODY | {"contract_name": CANARY})

    assert response.status == 503
    assert response.statuses == ["not_taken"]
    assert response.headers["Retry-After"] == "5"
    output = "".join(capsys.readouterr())
    assert lines(output)[0]["source"] == "operator"
    assert CANARY not in response.text + output


def test_without_an_operator_key_every_correction_gets_403(cloud: Cloud) -> None:
    cloud.environment.setenv("API_KEY_DIGESTS", "")
    cloud.rebuild()

    response = cloud.correct("DELETE", "CONTRACT/c-1", key=sha256(b"").hexdigest())

    assert_problem(response, 403, "must hold the operator's key")
