"""Claims signed requests, so that each is accepted once and each message has one body.

An item holds the digest of a message's body and all attempts to deliver the message. Each attempt
is an attribute named by its timestamp. Its value is the Unix time from which the same request may
be claimed again. During processing this is the end of the lease; after release it is 0. After
completion it is `_NEVER` plus the status of the response.
The attribute names are those of infra/modules/webhooks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from aws_lambda_powertools import Logger

from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.errors import IngestionError, TransientFailure
from ingestion.http.http_problem import HttpProblem
from ingestion.syntax.times import timestamp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ID = "ID"
RECEIVED_AT = "received_at"
EXPIRES_AT = "expires_at"
BODY_DIGEST = "body_digest"

LEASE_SECONDS = 35  # Longer than the function runs.
_NEVER = 9_999_999_000  # Earlier versions wrote 9,999,999,999.


class Attempt(NamedTuple):
    """An attempt to deliver a message: the message's id, and the time of sending in Unix seconds.

    In a scheme without ids, the digest of what is signed is the id. Each attempt is then a message
    of its own.
    """

    message_id: str
    timestamp: int


@dataclass(frozen=True)
class Claim:
    """A claimed attempt, and the time of the first attempt to deliver its message."""

    message_id: str
    key: str
    attempt: str
    lease: str
    first_received_at: datetime


class AcceptedBefore(IngestionError):
    """The same request was accepted before. `status` is that of the response."""

    def __init__(self, message_id: str, first_received_at: datetime, status: int) -> None:
        super().__init__(message_id)
        self.message_id = message_id
        self.first_received_at = first_received_at
        self.status = status


_CLAIM = (
    "SET #attempt = :lease, #expires = :expires, #body = :body,"
    " #received = if_not_exists(#received, :now)"
)
_CLAIM_NAMES = {"#received": RECEIVED_AT, "#expires": EXPIRES_AT, "#body": BODY_DIGEST}
# `#attempt = :lease` is for botocore, which retries a call without a response.
_IS_CLAIMABLE = (
    "(attribute_not_exists(#attempt) OR #attempt < :moment OR #attempt = :lease)"
    " AND (attribute_not_exists(#body) OR #body = :body)"
)


@dataclass(frozen=True)
class ReplayGuard:
    """A table of claims. Each claim expires after `days`."""

    dynamodb: "DynamoDBClient"
    table_name: str
    days: int

    def claim(self, source: str, attempt: Attempt, body: bytes, now: datetime) -> Claim:
        """Claim a request.

        Raises AcceptedBefore if the request was accepted before, HttpProblem if the request is
        leased or the message had another body, and TransientFailure if the table does not answer.
        """
        digest = sha256(body).hexdigest()
        key, name = f"{source}#{attempt.message_id}", str(attempt.timestamp)
        lease = f"{now.timestamp() + LEASE_SECONDS:.6f}"
        expires_at = now + timedelta(days=self.days)
        values: dict[str, Any] = {
            ":lease": {"N": lease},
            ":now": {"S": timestamp(now)},
            ":moment": {"N": f"{now.timestamp():.6f}"},
            ":expires": {"N": str(int(expires_at.timestamp()))},
            ":body": {"S": digest},
        }
        try:
            item = self._update_item(key, name, values)
        except FAILED_CALL as error:
            raise _refusal(error, attempt, digest) from error
        return Claim(attempt.message_id, key, name, lease, _first_receipt(item))

    def _update_item(self, key: str, attempt: str, values: dict[str, Any]) -> dict[str, Any]:
        response = self.dynamodb.update_item(
            TableName=self.table_name,
            Key={ID: {"S": key}},
            UpdateExpression=_CLAIM,
            ConditionExpression=_IS_CLAIMABLE,
            ExpressionAttributeNames={"#attempt": attempt} | _CLAIM_NAMES,
            ExpressionAttributeValues=values,
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        return response["Attributes"]

    def complete(self, claim: Claim, status: int) -> None:
        """Record that the request was accepted with this status. Raises TransientFailure."""
        try:
            self._set_claimable_from(claim, _NEVER + status)
        except FAILED_CALL as error:
            raise TransientFailure(failure_code(error)) from error

    def release(self, claim: Claim) -> None:
        """Allow the same request again now. Without a release, the end of the lease allows it."""
        try:
            self._set_claimable_from(claim, 0)
        except FAILED_CALL as error:
            Logger().warning("claim_not_released", reason=failure_code(error))

    def _set_claimable_from(self, claim: Claim, seconds: int) -> None:
        """End the lease unless another attempt holds the claim."""
        self.dynamodb.update_item(
            TableName=self.table_name,
            Key={ID: {"S": claim.key}},
            UpdateExpression="SET #attempt = :seconds",
            # botocore retries a call without a response.
            ConditionExpression="#attempt IN (:lease, :seconds)",
            ExpressionAttributeNames={"#attempt": claim.attempt},
            ExpressionAttributeValues={
                ":lease": {"N": claim.lease},
                ":seconds": {"N": str(seconds)},
            },
        )


def _refusal(error: Exception, attempt: Attempt, digest: str) -> IngestionError | HttpProblem:
    code = failure_code(error)
    if code != "ConditionalCheckFailedException":
        return TransientFailure(code)
    item = cast("Any", error).response["Item"]
    if item.get(BODY_DIGEST, {"S": digest})["S"] != digest:
        detail = "the message of this id had another body: give each message an id of its own"
        return HttpProblem(HTTPStatus.CONFLICT, detail)
    status = float(item[str(attempt.timestamp)]["N"]) - _NEVER
    if status < 0:
        detail = "the same request is being processed now: repeat it after Retry-After"
        return HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    return AcceptedBefore(
        attempt.message_id,
        _first_receipt(item),
        int(status) if status < 600 else HTTPStatus.ACCEPTED,
    )


def _first_receipt(item: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(item[RECEIVED_AT]["S"])
