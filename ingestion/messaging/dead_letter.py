"""Send a record that can never be stored to its dead-letter queue, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingestion.aws.retry import FAILED_CALL
from ingestion.errors import RejectedRecord, TransientFailure, printable
from ingestion.event import REDRIVE_COUNT, REQUEST_ID

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_DETAIL_CHARACTERS = 1_000


@dataclass(frozen=True)
class DeadLetterWriter:
    """A dead-letter queue and the client that reaches it."""

    sqs: "SQSClient"
    url: str

    def write(self, record: Mapping[str, Any], rejection: RejectedRecord) -> None:
        """Send the unchanged record, with `reason` and `detail` as attributes.

        In a FIFO queue, its own deduplication id makes a repeat after a crash harmless, and its own
        group keeps the entity's other dead letters from hiding it. Raises TransientFailure.
        """
        attributes = {
            "reason": rejection.reason,
            "detail": printable(rejection.detail)[:MAX_DETAIL_CHARACTERS] or "-",
        }
        for name in (REDRIVE_COUNT, REQUEST_ID):
            if value := record["messageAttributes"].get(name):
                attributes[name] = value["stringValue"]
        own_id = record["attributes"].get("MessageDeduplicationId") or record["messageId"]
        fifo_ids = {"MessageGroupId": own_id, "MessageDeduplicationId": own_id}
        try:
            self.sqs.send_message(
                QueueUrl=self.url,
                MessageBody=record["body"],
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in attributes.items()
                },
                **(fifo_ids if self.url.endswith(".fifo") else {}),
            )
        except FAILED_CALL as error:
            raise TransientFailure("dead-letter queue") from error
