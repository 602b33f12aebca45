"""A temporary queue that is subscribed to the change topic."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from ingestion.store.change import Change

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

NAME = "ingest-tail"  # A killed command leaves a queue with this prefix.
KEEP_SECONDS = 3600
MAX_MESSAGES = 10  # SQS: the most of one call.


@dataclass(frozen=True)
class Feed:
    """A queue that receives changes."""

    sqs: "SQSClient"
    queue_url: str

    def receive(self, wait_seconds: int) -> list[Change]:
        """Return the next changes, in order for each entity; none if none arrives in time."""
        answer = self.sqs.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=MAX_MESSAGES, WaitTimeSeconds=wait_seconds
        )
        messages = answer.get("Messages", [])
        if messages:
            self.sqs.delete_message_batch(
                QueueUrl=self.queue_url,
                Entries=[
                    {"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]}
                    for n, message in enumerate(messages)
                ],
            )
        return [Change.model_validate_json(message["Body"]) for message in messages]


@contextmanager
def follow(
    sns: "SNSClient", sqs: "SQSClient", topic_arn: str, wanted: Mapping[str, str]
) -> Iterator[Feed]:
    """Subscribe a queue to the changes with these attributes. Delete both at the end."""
    name = f"{NAME}-{uuid4()}.fifo"
    queue_arn = f"{topic_arn.rpartition(':')[0].replace(':sns:', ':sqs:')}:{name}"
    attributes = {"RawMessageDelivery": "true"}
    if wanted:
        by_attribute = {attribute: [value] for attribute, value in wanted.items()}
        attributes["FilterPolicy"] = json.dumps(by_attribute)
    queue_url = sqs.create_queue(
        QueueName=name,
        Attributes={
            "FifoQueue": "true",
            "MessageRetentionPeriod": str(KEEP_SECONDS),
            "Policy": _policy(queue_arn, topic_arn),
        },
        tags={"made-by": NAME},
    )["QueueUrl"]
    with ExitStack() as cleanup:
        cleanup.callback(sqs.delete_queue, QueueUrl=queue_url)
        subscription = sns.subscribe(
            TopicArn=topic_arn,
            Protocol="sqs",
            Endpoint=queue_arn,
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )
        cleanup.callback(sns.unsubscribe, SubscriptionArn=subscription["SubscriptionArn"])
        yield Feed(sqs, queue_url)


def _policy(queue_arn: str, topic_arn: str) -> str:
    """Return the queue policy that allows only the topic to send."""
    statement = {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
