"""What operators put right: events of a source of their own, on the one way that all events go."""

from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest

from ingestion.event import Event
from tests.integration.cloud import Answer, Cloud
from tests.integration.test_api_refusals import assert_problem
from tests.support.factories import (
    CANARY,
    NOT_JSON,
    Json,
    aws_error,
    contract,
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


def event_id(answer: Answer) -> str:
    [accepted] = answer.document["events"]
    return str(accepted["id"])


def test_a_correction_is_taken_as_an_event_of_the_operator(cloud: Cloud) -> None:
    answer = cloud.correct("PUT", "CONTRACT/c-1", BODY)

    assert (answer.status, answer.headers) == (202, {"Content-Type": JSON})
    assert answer.document == {"events": [ACCEPTED | {"id": event_id(answer)}], "errors": []}
    [record] = cloud.queued("operator")
    made = Event.from_json(record["body"])
    assert (made.id, made.source, made.type) == (event_id(answer), "operator", "contract.upsert")
    assert (made.key, made.data, made.time) == ("CONTRACT#c-1", contract(), made.receivedat)
    assert cloud.routed() == 0


def test_a_deletion_is_taken_as_an_event_of_the_operator(cloud: Cloud) -> None:
    answer = cloud.correct("DELETE", "CONTRACT/c-1")

    assert (answer.status, answer.document["errors"]) == (202, [])
    [record] = cloud.queued("operator")
    made = Event.from_json(record["body"])
    assert (made.source, made.type, made.data) == (
        "operator",
        "contract.delete",
        {"contract_id": "c-1"},
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("CONTRACT/c-1", contract()),
        ("MILESTONE/m-1", milestone()),
        ("EQUIPMENT/e-1", equipment(contract_id="c-1")),
    ],
)
def test_every_entity_may_be_corrected_and_read_again(cloud: Cloud, path: str, body: Json) -> None:
    cloud.correct("PUT", path, body)
    [record] = cloud.queued("operator")
    cloud.serve("operator")
    assert cloud.work(record) == []

    found = cloud.read(path).document
    assert (found["entity"], found["event"]["source"]) == (body, "operator")


def test_a_correction_of_what_is_stored_wins_and_a_later_event_of_the_source_wins_over_it(
    cloud: Cloud,
) -> None:
    cloud.store(event(contract(contract_name="wrong")))
    cloud.correct("PUT", "CONTRACT/c-1", contract(contract_name="right"))
    [record] = cloud.queued("operator")
    cloud.serve("operator")
    cloud.work(record)
    corrected = cloud.read("CONTRACT/c-1").document["entity"]["contract_name"]

    cloud.store(event(contract(contract_name="newer"), id="2", time="2999-01-01T00:00:00Z"))
    cloud.correct("DELETE", "CONTRACT/c-1")
    [record] = cloud.queued("operator")
    cloud.serve("operator")
    cloud.work(record)

    assert corrected == "right"
    assert cloud.read("CONTRACT/c-1").document["entity"]["contract_name"] == "newer"


def test_a_repeat_under_the_same_key_is_the_same_event(cloud: Cloud) -> None:
    answers = [
        cloud.correct("PUT", "CONTRACT/c-1", BODY, idempotency_key="ticket-7") for _ in range(2)
    ]

    first, second = map(event_id, answers)
    assert first == second
    assert first.startswith("ticket-7:")
    assert cloud.routed() == 1


def test_the_same_key_for_something_else_is_another_event(cloud: Cloud) -> None:
    said = [
        ("PUT", "CONTRACT/c-1", BODY),
        ("PUT", "CONTRACT/c-2", BODY),
        ("PUT", "CONTRACT/c-1", BODY | {"contract_name": "other"}),
        ("DELETE", "CONTRACT/c-1", ""),
    ]

    answers = [cloud.correct(*it, idempotency_key="ticket-7") for it in said]

    assert len({event_id(answer) for answer in answers}) == 4
    assert cloud.routed() == 4


@pytest.mark.parametrize("entity_id", ["a/b", "100%25", "a/related", "契約 7", "x" * 512])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_any_id_is_named_percent_encoded(cloud: Cloud, method: str, entity_id: str) -> None:
    path = f"CONTRACT/{quote(entity_id, safe='')}"

    answer = cloud.correct(method, path, BODY if method == "PUT" else "")

    assert answer.status == 202
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
def test_an_unsound_correction_is_answered_422_with_every_fault(
    cloud: Cloud, path: str, body: Any, reason: str, field: str
) -> None:
    answer = cloud.correct("PUT", path, body)

    assert answer.status == 422
    assert answer.statuses == ["rejected"]
    assert (answer.document["errors"][0]["reason"], answer.document["errors"][0]["field"]) == (
        reason,
        field,
    )
    assert CANARY not in answer.document["errors"][0]["message"]
    assert cloud.routed() == 0


@pytest.mark.parametrize("key", ["", "x" * 257, "a\tb"])
def test_a_key_of_repeats_that_is_no_event_id_is_answered_422(cloud: Cloud, key: str) -> None:
    answer = cloud.correct("DELETE", "CONTRACT/c-1", idempotency_key=key)

    assert (answer.status, answer.document["errors"][0]["field"]) == (422, "id")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("key", [None, "sourceB", "reader"])
def test_only_the_operator_corrects(cloud: Cloud, method: str, key: str | None) -> None:
    answer = cloud.correct(method, "CONTRACT/c-1", BODY, key=key)

    assert_problem(answer, 403, "must hold the operator's key")
    assert cloud.routed() == 0


def test_the_operators_key_is_good_for_no_sources_path(cloud: Cloud) -> None:
    assert_problem(cloud.post(contract(), source="operator"), 403, "must hold this source's key")


def test_the_operator_has_no_path_to_post_to(cloud: Cloud) -> None:
    assert_problem(cloud.post(contract(), "operator", source="operator"), 404, "no source has this")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("ROCKET/r-1", "there are CONTRACT, EQUIPMENT, MILESTONE"),
        ("CONTRACT/c-1/related", "%2Frelated"),
        ("CONTRACT", "no such path and method"),
    ],
)
def test_what_cannot_be_corrected_is_answered_404(
    cloud: Cloud, method: str, path: str, detail: str
) -> None:
    assert_problem(cloud.correct(method, path, BODY), 404, detail)


def test_a_path_that_is_no_utf_8_is_answered_400(cloud: Cloud) -> None:
    assert_problem(cloud.correct("DELETE", "CONTRACT/%ff"), 400, "UTF-8")


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_a_correction_that_is_no_json_is_answered_400(cloud: Cloud, body: bytes) -> None:
    answer = cloud.correct("PUT", "CONTRACT/c-1", body)

    assert_problem(answer, 400, "not JSON: ")
    assert CANARY not in answer.text


def test_a_delete_with_a_body_is_answered_400(cloud: Cloud) -> None:
    assert_problem(cloud.correct("DELETE", "CONTRACT/c-1", "{}"), 400, "a delete has no body")


def test_a_correction_of_another_media_type_is_answered_415(cloud: Cloud) -> None:
    answer = cloud.correct("PUT", "CONTRACT/c-1", BODY, content_type="text/csv")

    assert_problem(answer, 415, "application/json")


def test_a_correction_that_is_too_large_is_answered_413(cloud: Cloud) -> None:
    large = event_of_bytes(240 * 1024)

    answer = cloud.correct("PUT", "CONTRACT/c-1", large.data | {"contract_name": "x" * 245_760})

    assert (answer.status, answer.document["errors"][0]["reason"]) == (413, "too_large")


def test_a_correction_that_the_topic_does_not_take_is_answered_503(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    denial = aws_error("AuthorizationError", 403, message=CANARY)
    intercept(cloud.api_runtime.router.sns, "PublishBatch", lambda _: denial)

    answer = cloud.correct("PUT", "CONTRACT/c-1", BODY | {"contract_name": CANARY})

    assert (answer.status, answer.statuses) == (503, ["not_taken"])
    assert answer.headers["Retry-After"] == "5"
    output = "".join(capsys.readouterr())
    assert lines(output)[0]["source"] == "operator"
    assert CANARY not in answer.text + output


def test_an_operator_without_a_key_lets_nobody_correct(cloud: Cloud) -> None:
    cloud.environment.setenv("API_KEY_DIGESTS", "")
    cloud.rebuild()

    answer = cloud.correct("DELETE", "CONTRACT/c-1", key=sha256(b"").hexdigest())

    assert_problem(answer, 403, "must hold the operator's key")
