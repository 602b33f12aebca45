"""Makes failed messages of a standard queue visible before its long visibility timeout is over."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingestion.aws.retry import FAILED_CALL

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_MAX_ENTRIES = 10  # SQS: the most messages of one call.
_FIRST_DELAY_SECONDS = 30
_LONGEST_DELAY_SECONDS = 1920


@dataclass(frozen=True)
class Redelivery:
    """A queue and the client that reaches it."""

    sqs: "SQSClient"
    url: str

    def schedule(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Let SQS deliver these records again after their delay. A failed call raises nothing.

        Without the call, SQS delivers them again after the visibility timeout.
        """
        for first in range(0, len(records), _MAX_ENTRIES):
            entries: Any = [
                {
                    "Id": str(number),
                    "ReceiptHandle": record["receiptHandle"],
                    "VisibilityTimeout": delay_seconds(record),
                }
                for number, record in enumerate(records[first : first + _MAX_ENTRIES])
            ]
            with suppress(*FAILED_CALL):
                self.sqs.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)


def delay_seconds(record: Mapping[str, Any]) -> int:
    """Return 30 seconds after the first failure, and four times as long after each further one."""
    failures = int(record["attributes"]["ApproximateReceiveCount"])
    delay: int = _FIRST_DELAY_SECONDS * 4 ** (failures - 1)
    return min(_LONGEST_DELAY_SECONDS, delay)
