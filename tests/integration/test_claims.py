"""Claims to requests: one at a time, for good once taken, and none survives a crash for long."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from ingestion.auth.replay_guard import LEASE_SECONDS, Claim, Claims
from ingestion.auth.standard_webhooks import Signed
from ingestion.errors import TransientFailure
from ingestion.http.problem import Problem
from tests.integration.cloud import Cloud
from tests.integration.signing import CLAIMS, planned_signing
from tests.support.factories import Json, aws_error, intercept
from tests.support.planned import Plan

DAYS = 3
NOW = datetime(2026, 1, 31, 12, 0, 0, 250_000, UTC)


@pytest.fixture(scope="module")
def planned() -> Plan:
    return planned_signing()


@pytest.fixture
def claims(cloud: Cloud) -> Claims:
    return Claims(cloud.dynamodb, CLAIMS, DAYS)


def claim(claims: Claims, seconds: float = 0, source: str = "s", **changes: Any) -> Claim:
    signed = Signed("msg_1", 1, [])._replace(**changes)
    return claims.claim(source, signed, NOW + timedelta(seconds=seconds))


def test_what_was_taken_is_taken_for_good(claims: Claims) -> None:
    claims.settle(claim(claims))

    with pytest.raises(Problem, match="taken before"):
        claim(claims, seconds=10 * LEASE_SECONDS)


def test_a_repeated_call_whose_answer_was_lost_settles_as_the_first_did(claims: Claims) -> None:
    made = claim(claims)
    claims.settle(made)

    claims.settle(made)

    with pytest.raises(Problem, match="taken before"):
        claim(claims)


def test_what_another_holds_by_now_cannot_be_settled(claims: Claims) -> None:
    late = claim(claims)
    claim(claims, seconds=LEASE_SECONDS + 1)

    with pytest.raises(TransientFailure, match="ConditionalCheckFailed"):
        claims.settle(late)


def test_what_was_not_taken_may_come_again_at_once(claims: Claims) -> None:
    claims.release(claim(claims))

    assert claim(claims).attempt == "1"


def test_what_is_being_taken_may_come_again_later(claims: Claims) -> None:
    claim(claims)

    with pytest.raises(TransientFailure, match="being taken"):
        claim(claims, seconds=1)


def test_a_crash_holds_a_request_up_no_longer_than_a_run(claims: Claims) -> None:
    claim(claims)

    assert claim(claims, seconds=LEASE_SECONDS + 1).lease


def test_a_repeated_call_whose_answer_was_lost_finds_its_own_claim(claims: Claims) -> None:
    first = claim(claims)

    again = claim(claims)

    assert again == first


def test_who_comes_late_ends_no_claim_of_another(claims: Claims) -> None:
    late = claim(claims)
    claims.settle(claim(claims, seconds=LEASE_SECONDS + 1))

    claims.release(late)

    with pytest.raises(Problem, match="taken before"):
        claim(claims, seconds=2 * LEASE_SECONDS + 2)


@pytest.mark.parametrize(
    "other", [{"message_id": "msg_2"}, {"timestamp": 2}, {"source": "t"}], ids=str
)
def test_other_requests_are_claimed_apart(claims: Claims, other: Json) -> None:
    claims.settle(claim(claims))

    assert claim(claims, **other)


def test_a_message_keeps_when_it_first_came(claims: Claims) -> None:
    claims.release(claim(claims))

    again = claim(claims, seconds=3_600, timestamp=2)

    assert again.first_received_at == NOW


def test_claims_expire_after_as_many_days_as_told(claims: Claims) -> None:
    claim(claims)

    [item] = boto3.client("dynamodb").scan(TableName=CLAIMS)["Items"]
    assert int(item["expires_at"]["N"]) == int((NOW + timedelta(DAYS)).timestamp())


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "InternalServerError"])
def test_a_table_that_is_away_is_said_so(claims: Claims, code: str) -> None:
    intercept(claims.dynamodb, "UpdateItem", lambda _: aws_error(code))

    with pytest.raises(TransientFailure, match=code):
        claim(claims)
