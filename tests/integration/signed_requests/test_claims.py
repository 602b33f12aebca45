"""Claims of requests: one at a time, kept after completion, free again after a crash."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from ingestion.auth.replay_guard import LEASE_SECONDS, AcceptedBefore, Attempt, Claim, ReplayGuard
from ingestion.errors import TransientFailure
from ingestion.http.http_problem import HttpProblem
from tests.integration.cloud import Cloud
from tests.integration.signing import CLAIMS, planned_signing
from tests.support.canned import aws_error, intercept
from tests.support.factories import Json
from tests.support.terraform.planned import Plan

DAYS = 3
NOW = datetime(2026, 1, 31, 12, 0, 0, 250_000, UTC)


@pytest.fixture(scope="module")
def planned() -> Plan:
    return planned_signing()


@pytest.fixture
def claims(cloud: Cloud) -> ReplayGuard:
    return ReplayGuard(cloud.dynamodb, CLAIMS, DAYS)


def claim(
    claims: ReplayGuard,
    seconds: float = 0,
    source: str = "s",
    body: bytes = b"{}",
    **changes: Any,
) -> Claim:
    attempt = Attempt("msg_1", 1)._replace(**changes)
    return claims.claim(source, attempt, body, NOW + timedelta(seconds=seconds))


def test_a_completed_claim_rejects_every_repeat(claims: ReplayGuard) -> None:
    claims.complete(claim(claims), 207)

    with pytest.raises(AcceptedBefore) as refusal:
        claim(claims, seconds=10 * LEASE_SECONDS)

    assert (refusal.value.status, refusal.value.first_received_at) == (207, NOW)


def test_each_attempt_keeps_the_status_of_its_response(claims: ReplayGuard) -> None:
    claims.complete(claim(claims), 207)
    claims.complete(claim(claims, timestamp=2), 202)
    claims.release(claim(claims, timestamp=3))

    statuses = []
    for seconds in (1, 2):
        with pytest.raises(AcceptedBefore) as refusal:
            claim(claims, timestamp=seconds)
        statuses.append(refusal.value.status)

    assert statuses == [207, 202]


def test_a_claim_that_an_earlier_version_completed_has_the_status_of_success(
    claims: ReplayGuard,
) -> None:
    claims.release(claim(claims))
    claims.dynamodb.update_item(
        TableName=CLAIMS,
        Key={"ID": {"S": "s#msg_1"}},
        UpdateExpression="SET #attempt = :never",
        ExpressionAttributeNames={"#attempt": "1"},
        ExpressionAttributeValues={":never": {"N": "9999999999"}},
    )

    with pytest.raises(AcceptedBefore) as refusal:
        claim(claims)

    assert refusal.value.status == 202


def test_a_claim_can_be_completed_twice(claims: ReplayGuard) -> None:
    made = claim(claims)
    claims.complete(made, 202)

    claims.complete(made, 202)

    with pytest.raises(AcceptedBefore):
        claim(claims)


def test_an_expired_claim_that_another_request_holds_cannot_be_completed(
    claims: ReplayGuard,
) -> None:
    late = claim(claims)
    claim(claims, seconds=LEASE_SECONDS + 1)

    with pytest.raises(TransientFailure, match="ConditionalCheckFailed"):
        claims.complete(late, 202)


def test_a_released_request_can_be_claimed_at_once(claims: ReplayGuard) -> None:
    claims.release(claim(claims))

    assert claim(claims).attempt == "1"


def test_a_claimed_request_cannot_be_claimed_again_before_the_lease_ends(
    claims: ReplayGuard,
) -> None:
    claim(claims)

    with pytest.raises(HttpProblem, match="is being processed now") as refusal:
        claim(claims, seconds=1)

    assert refusal.value.status == 503


def test_after_a_crash_a_request_can_be_claimed_when_the_lease_ends(claims: ReplayGuard) -> None:
    claim(claims)

    assert claim(claims, seconds=LEASE_SECONDS + 1).lease


def test_a_repeated_claim_call_returns_the_same_claim(claims: ReplayGuard) -> None:
    first = claim(claims)

    again = claim(claims)

    assert again == first


def test_an_expired_claim_does_not_release_the_claim_of_another_request(
    claims: ReplayGuard,
) -> None:
    late = claim(claims)
    claims.complete(claim(claims, seconds=LEASE_SECONDS + 1), 202)

    claims.release(late)

    with pytest.raises(AcceptedBefore):
        claim(claims, seconds=2 * LEASE_SECONDS + 2)


@pytest.mark.parametrize(
    "other", [{"message_id": "msg_2"}, {"timestamp": 2}, {"source": "t"}], ids=str
)
def test_different_requests_have_separate_claims(claims: ReplayGuard, other: Json) -> None:
    claims.complete(claim(claims), 202)

    assert claim(claims, **other)


@pytest.mark.parametrize("timestamp", [1, 2], ids=["the same request", "signed again"])
@pytest.mark.parametrize("is_accepted", [True, False])
def test_a_message_cannot_have_another_body(
    claims: ReplayGuard, is_accepted: bool, timestamp: int
) -> None:
    made = claim(claims)
    if is_accepted:
        claims.complete(made, 202)
    else:
        claims.release(made)

    with pytest.raises(HttpProblem, match="had another body") as refusal:
        claim(claims, seconds=1, timestamp=timestamp, body=b"[]")

    assert refusal.value.status == 409


def test_the_body_of_a_leased_message_cannot_change(claims: ReplayGuard) -> None:
    claim(claims)

    with pytest.raises(HttpProblem, match="had another body"):
        claim(claims, seconds=1, body=b"[]")


def test_a_claim_without_a_body_accepts_any_body_once(claims: ReplayGuard) -> None:
    claims.release(claim(claims))
    claims.dynamodb.update_item(
        TableName=CLAIMS,
        Key={"ID": {"S": "s#msg_1"}},
        UpdateExpression="REMOVE body_digest",
    )

    assert claim(claims, seconds=1, timestamp=2, body=b"[]")
    with pytest.raises(HttpProblem, match="had another body"):
        claim(claims, seconds=2, timestamp=3)


def test_a_message_keeps_the_time_of_its_first_receipt(claims: ReplayGuard) -> None:
    claims.release(claim(claims))

    again = claim(claims, seconds=3_600, timestamp=2)

    assert again.first_received_at == NOW


def test_a_claim_expires_after_the_configured_days(claims: ReplayGuard) -> None:
    claim(claims)

    [item] = boto3.client("dynamodb").scan(TableName=CLAIMS)["Items"]
    assert int(item["expires_at"]["N"]) == int((NOW + timedelta(DAYS)).timestamp())


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "InternalServerError"])
def test_an_unavailable_table_is_reported_as_a_transient_failure(
    claims: ReplayGuard, code: str
) -> None:
    intercept(claims.dynamodb, "UpdateItem", lambda _: aws_error(code))

    with pytest.raises(TransientFailure, match=code):
        claim(claims)
