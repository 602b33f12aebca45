"""Claims signed requests, so that each is accepted once and each message has one body.

An item holds the digest of a message's body and all attempts to deliver the message. Each attempt
is an attribute named by its timestamp. Its value is the Unix time from which the same request may
be claimed again. During processing this is the end of the lease; after acceptance it is `_NEVER`;
after a rejection it is 0.
The attribute names are those of infra/modules/webhooks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from aws_lambda_powertools import Logger

from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.errors import TransientFailure
from ingestion.http.http_problem import HttpProblem
from ingestion.syntax.times import timestamp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ID = "ID"
RECEIVED_AT = "received_at"
EXPIRES_AT = "expires_at"
BODY_DIGEST = "body_digest"

LEASE_SECONDS = 35  # Longer than the function runs.
_NEVER = "9999999999"


class Delivery(NamedTuple):
    """An attempt to deliver a message: the message's id, and the time of sending in Unix seconds.

    In a scheme without ids the signature is the id, so each attempt is a message of its own.
    """

    message_id: str
    timestamp: int


@dataclass(frozen=True)
class Claim:
    """An attempt to deliver a message, and the time of the first attempt."""

    message_id: str
    key: str
    attempt: str
    lease: str
    first_received_at: datetime


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

    def claim(self, source: str, delivery: Delivery, body: bytes, now: datetime) -> Claim:
        """Claim a request.

        Raises HttpProblem if the request was accepted before or the message had another body, and
        TransientFailure if the request is leased.
        """
        digest = sha256(body).hexdigest()
        key = f"{source}#{delivery.message_id}"
        attempt, lease = str(delivery.timestamp), f"{now.timestamp() + LEASE_SECONDS:.6f}"
        expires_at = now + timedelta(days=self.days)
        values: dict[str, Any] = {
            ":lease": {"N": lease},
            ":now": {"S": timestamp(now)},
            ":moment": {"N": f"{now.timestamp():.6f}"},
            ":expires": {"N": str(int(expires_at.timestamp()))},
            ":body": {"S": digest},
        }
        try:
            item = self._update_item(key, attempt, values)
        except FAILED_CALL as error:
            raise _refusal(error, attempt, digest) from error
        received_at = datetime.fromisoformat(item[RECEIVED_AT]["S"])
        return Claim(delivery.message_id, key, attempt, lease, received_at)

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

    def complete(self, claim: Claim) -> None:
        """Record that the request was accepted. Raises TransientFailure."""
        try:
            self._set_claimable_from(claim, _NEVER)
        except FAILED_CALL as error:
            raise TransientFailure(failure_code(error)) from error

    def release(self, claim: Claim) -> None:
        """Allow the same request again now. Without a release, the end of the lease allows it."""
        try:
            self._set_claimable_from(claim, "0")
        except FAILED_CALL as error:
            Logger().warning("claim_not_ended", reason=failure_code(error))

    def _set_claimable_from(self, claim: Claim, seconds: str) -> None:
        """End the lease unless another attempt holds the claim."""
        self.dynamodb.update_item(
            TableName=self.table_name,
            Key={ID: {"S": claim.key}},
            UpdateExpression="SET #attempt = :seconds",
            # botocore retries a call without a response.
            ConditionExpression="#attempt IN (:lease, :seconds)",
            ExpressionAttributeNames={"#attempt": claim.attempt},
            ExpressionAttributeValues={":lease": {"N": claim.lease}, ":seconds": {"N": seconds}},
        )


def _refusal(error: Exception, attempt: str, digest: str) -> HttpProblem | TransientFailure:
    code = failure_code(error)
    if code != "ConditionalCheckFailedException":
        return TransientFailure(code)
    item = cast("Any", error).response["Item"]
    if item.get(BODY_DIGEST, {"S": digest})["S"] != digest:
        detail = "the message of this id had another body: give each message an id of its own"
    elif item[attempt]["N"] == _NEVER:
        detail = "this request was already accepted: sign it again to send it again"
    else:
        return TransientFailure("leased")
    return HttpProblem(HTTPStatus.CONFLICT, detail)
