"""Which corrections are refused, and with which status."""

from hashlib import sha256
from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.integration.http.test_refused_requests import assert_problem
from tests.support.canned import aws_error, intercept
from tests.support.factories import CANARY, NOT_JSON, contract, event_of_bytes, lines

BODY = {name: value for name, value in contract().items() if name != "contract_id"}


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
@pytest.mark.parametrize("path", ["ROCKET/r-1", "contract/c-1"])
def test_a_correction_of_an_unknown_entity_name_gets_404(
    cloud: Cloud, method: str, path: str
) -> None:
    response = cloud.correct(method, path, BODY)

    assert_problem(response, 404, "must be one of CONTRACT, DOCUMENT, EQUIPMENT, MILESTONE")


def test_a_path_that_is_not_utf_8_gets_400(cloud: Cloud) -> None:
    assert_problem(cloud.correct("DELETE", "CONTRACT/%ff"), 400, "UTF-8")


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_a_correction_that_is_not_json_gets_400(cloud: Cloud, body: bytes) -> None:
    response = cloud.correct("PUT", "CONTRACT/c-1", body)

    assert_problem(response, 400, "not JSON: ")
    assert CANARY not in response.text


def test_a_delete_with_a_body_gets_400(cloud: Cloud) -> None:
    assert_problem(
        cloud.correct("DELETE", "CONTRACT/c-1", "{}"), 400, "send the request without a body"
    )


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
