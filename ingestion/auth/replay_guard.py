"""Claims to signed requests: each request is accepted once.

An item holds all attempts to deliver one message. Each attempt is an attribute named by its
timestamp. Its value is the Unix time from which the same request may be claimed again. During
processing this is the end of the lease; after acceptance it is `_NEVER`; after a rejection it is 0.
The attribute names are those of infra/modules/webhooks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from aws_lambda_powertools import Logger

from ingestion.auth.standard_webhooks import Signed
from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.errors import TransientFailure
from ingestion.event import timestamp
from ingestion.http.problem import HttpProblem

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ID = "ID"
RECEIVED_AT = "received_at"
EXPIRES_AT = "expires_at"

LEASE_SECONDS = 35  # Longer than the function runs.
_NEVER = "9999999999"


@dataclass(frozen=True)
class Claim:
    """An attempt to deliver a message, and the time of the first attempt."""

    key: str
    attempt: str
    lease: str
    first_received_at: datetime


_CLAIM = "SET #attempt = :lease, #expires = :expires, #received = if_not_exists(#received, :now)"
# The last part is for botocore, which retries a call without an answer.
_IS_CLAIMABLE = "attribute_not_exists(#attempt) OR #attempt < :moment OR #attempt = :lease"


@dataclass(frozen=True)
class ReplayGuard:
    """A table of claims. Each claim expires after `days`."""

    dynamodb: "DynamoDBClient"
    table_name: str
    days: int

    def claim(self, source: str, signed: Signed, now: datetime) -> Claim:
        """Claim a request. Raises HttpProblem if accepted before, TransientFailure if leased."""
        key = f"{source}#{signed.message_id}"
        attempt, lease = str(signed.timestamp), f"{now.timestamp() + LEASE_SECONDS:.6f}"
        expires_at = now + timedelta(days=self.days)
        try:
            answer = self.dynamodb.update_item(
                TableName=self.table_name,
                Key={ID: {"S": key}},
                UpdateExpression=_CLAIM,
                ConditionExpression=_IS_CLAIMABLE,
                ExpressionAttributeNames={
                    "#attempt": attempt,
                    "#received": RECEIVED_AT,
                    "#expires": EXPIRES_AT,
                },
                ExpressionAttributeValues={
                    ":lease": {"N": lease},
                    ":now": {"S": timestamp(now)},
                    ":moment": {"N": f"{now.timestamp():.6f}"},
                    ":expires": {"N": str(int(expires_at.timestamp()))},
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except FAILED_CALL as error:
            raise _refusal(error, attempt) from error
        first = datetime.fromisoformat(answer["Attributes"][RECEIVED_AT]["S"])
        return Claim(key, attempt, lease, first)

    def complete(self, claim: Claim) -> None:
        """Record that the request was accepted. Raises TransientFailure."""
        try:
            self._free_from(claim, _NEVER)
        except FAILED_CALL as error:
            raise TransientFailure(failure_code(error)) from error

    def release(self, claim: Claim) -> None:
        """Allow the same request again now. Without a release, the end of the lease allows it."""
        try:
            self._free_from(claim, "0")
        except FAILED_CALL as error:
            Logger().warning("claim_not_ended", reason=failure_code(error))

    def _free_from(self, claim: Claim, seconds: str) -> None:
        """End the lease unless another attempt has taken the claim over."""
        self.dynamodb.update_item(
            TableName=self.table_name,
            Key={ID: {"S": claim.key}},
            UpdateExpression="SET #attempt = :seconds",
            # botocore retries a call without an answer.
            ConditionExpression="#attempt IN (:lease, :seconds)",
            ExpressionAttributeNames={"#attempt": claim.attempt},
            ExpressionAttributeValues={":lease": {"N": claim.lease}, ":seconds": {"N": seconds}},
        )


def _refusal(error: Exception, attempt: str) -> HttpProblem | TransientFailure:
    code = failure_code(error)
    if code != "ConditionalCheckFailedException":
        return TransientFailure(code)
    free_from = cast("Any", error).response["Item"][attempt]["N"]
    if free_from != _NEVER:
        return TransientFailure("leased")
    return HttpProblem(
        HTTPStatus.CONFLICT, "this request was already accepted: sign it again to send it again"
    )
