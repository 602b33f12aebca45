"""Puts aside what can never be stored, with the reason, at once and not after five tries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ingestion.aws.retry import NO_ANSWER
from ingestion.errors import RejectedRecord, TransientFailure
from ingestion.event import REDRIVE_COUNT, REQUEST_ID

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef

MAX_DETAIL_CHARACTERS = 1_000


@dataclass(frozen=True)
class Queue:
    """A dead-letter queue and the client that reaches it."""

    sqs: "SQSClient"
    url: str

    def put(self, record: Mapping[str, Any], rejection: RejectedRecord) -> None:
        """Put the record here as it came, with `reason` and `detail` as attributes.

        Its own deduplication id makes a repeat after a crash harmless; a group of its own keeps
        it from hiding behind the entity's other dead letters. Raises TransientFailure.
        """
        attributes = {
            "reason": _text(rejection.reason),
            "detail": _text(_plain(rejection.detail)[:MAX_DETAIL_CHARACTERS] or "-"),
        }
        for name in (REDRIVE_COUNT, REQUEST_ID):
            if value := record["messageAttributes"].get(name):
                attributes[name] = _text(value.get("stringValue", ""))
        own_id = record["attributes"].get("MessageDeduplicationId") or record["messageId"]
        try:
            self.sqs.send_message(
                QueueUrl=self.url,
                MessageBody=record["body"],
                MessageGroupId=own_id,
                MessageDeduplicationId=own_id,
                MessageAttributes=attributes,
            )
        except (ClientError, *NO_ANSWER) as error:
            raise TransientFailure("dead-letter queue") from error


def _plain(text: str) -> str:
    """The text without what a queue refuses: a field's name may hold anything."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _text(value: str) -> "MessageAttributeValueTypeDef":
    return {"DataType": "String", "StringValue": value}
