"""Sends changes to a subscriber's queue again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from ingestion.cli import redact_output
from ingestion.cli.dlq.dead_letter import DeadLetter, string_attributes
from ingestion.cli.dlq.target import RedriveAttempt, RedriveTarget, send_in_order
from ingestion.errors import RejectedRecord
from ingestion.event import REDRIVE_COUNT
from ingestion.store.change import Change


@dataclass(frozen=True)
class SubscriberTarget(RedriveTarget):
    """The queue of one subscriber."""

    edit_error = "a change cannot be edited: it records what happened"
    queue_arn: str

    def describe(self, letter: DeadLetter) -> DeadLetter:
        """Return the dead letter with its change."""
        content = self.content(letter, redact_output.change)
        return replace(super().describe(letter), content=content)

    def prepare(self, letter: DeadLetter) -> RedriveAttempt:
        """Check the change."""
        try:
            return RedriveAttempt(letter, Change.model_validate_json(letter.body))
        except ValidationError as error:
            raise RejectedRecord.from_validation("invalid_event", error) from error

    def send(self, attempts: Sequence[RedriveAttempt]) -> None:
        """Send the changes in order, each under a deduplication id of its own."""
        *_, account, name = self.queue_arn.split(":")
        sqs = self.deployment.client("sqs")
        url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        send_in_order(attempts, lambda attempt: sqs.send_message(QueueUrl=url, **_message(attempt)))


def _message(attempt: RedriveAttempt) -> dict[str, Any]:
    """The change as a message. The queue ignores an id that it has seen within five minutes."""
    letter, change = attempt.letter, attempt.content
    count = str(letter.redrive_count + 1)
    return {
        "MessageBody": letter.body,
        "MessageGroupId": change.group_id,
        "MessageDeduplicationId": sha256(f"{letter.message_id}:r{count}".encode()).hexdigest(),
        "MessageAttributes": string_attributes(change.attributes | {REDRIVE_COUNT: count}),
    }
