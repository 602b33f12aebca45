"""Changes that a subscriber did not take, and how they come to its queue again."""

from functools import partial
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from ingestion.cli import masking
from ingestion.cli.dlq.destinations import Destinations
from ingestion.cli.dlq.letter import Letter, Sent, Sound, send_in_order
from ingestion.errors import RejectedRecord
from ingestion.event import REDRIVE_COUNT
from ingestion.store.change import Change

SUBSCRIBER = "subscriber "  # So begins what a subscriber's queue is called: no source does.


class Undelivered(Letter):
    """A change that a subscriber did not take."""

    fixed = "a change cannot be edited: it is what happened"

    @property
    def masked(self) -> Any:
        """The change without what may be personal."""
        return masking.change(self.document)

    def check(self, _: Destinations) -> Change:
        """The change. Raises RejectedRecord where it is none."""
        try:
            return Change.model_validate_json(self.body)
        except ValidationError as error:
            raise RejectedRecord.from_validation("invalid_event", error) from error

    @classmethod
    def send(cls, sound: Sound, to: Destinations) -> Sent:
        """Send the changes in order, until one is not taken."""
        arns = to.deployment.subscriber_queue_arns
        *_, account, name = arns[sound[0][0].queue.removeprefix(SUBSCRIBER)].split(":")
        sqs = to.deployment.client("sqs")
        url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        return send_in_order(sound, partial(_send, sqs, url))


def _send(sqs: Any, queue_url: str, letter: Letter, change: Change) -> bool:
    """Under an id of its own: the queue swallows one that it has seen within five minutes."""
    count = str(letter.redrive_count + 1)
    attributes = change.attributes | {REDRIVE_COUNT: count}
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=letter.body,
        MessageGroupId=change.group_id,
        MessageDeduplicationId=sha256(f"{letter.message_id}:r{count}".encode()).hexdigest(),
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    )
    return True
