"""Prints changes as they happen, from a temporary queue that is subscribed to the change topic."""

import json
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from ingestion.cli import redact_output
from ingestion.cli.entities.selection import require_source
from ingestion.cli.entities.stored_entity import known_entity
from ingestion.cli.environment import Deployment
from ingestion.cli.options import Env, Output, Shown, ShowPersonal
from ingestion.cli.output import console, json_text
from ingestion.cli.start.completion import complete_entity, complete_source
from ingestion.errors import printable
from ingestion.store.change import Change, Kind

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

NAME = "ingest-tail"  # A killed command leaves a queue with this prefix.
KEEP_SECONDS = 3600
MAX_MESSAGES = 10  # SQS: the most of one call.
WAIT_SECONDS = 2


EntityName = Annotated[
    str | None,
    typer.Option(
        parser=known_entity,
        autocompletion=complete_entity,
        help="Such as EQUIPMENT (default: all).",
    ),
]
KindName = Annotated[Kind | None, typer.Option(help="Only changes of this kind.")]
SourceName = Annotated[
    str | None,
    typer.Option(
        help="Only changes that events of this source caused.", autocompletion=complete_source
    ),
]
Count = Annotated[int, typer.Option(help="Stop after this many changes; 0 for never.", min=0)]
Seconds = Annotated[
    float, typer.Option("--for", help="Stop after this many seconds; 0 for never.", min=0)
]


def tail(
    deployment: Env,
    entity: EntityName = None,
    kind: KindName = None,
    source: SourceName = None,
    limit: Count = 0,
    seconds: Seconds = 0,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Print changes as they happen, until Ctrl-C. -o json prints JSON Lines."""
    if source is not None:
        require_source(deployment, source)
    filters = {"entity_name": entity, "kind": kind, "source": source}
    wanted = {name: value for name, value in filters.items() if value}
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)  # Clean up as on Ctrl-C.
    count = 0
    with suppress(KeyboardInterrupt), follow(deployment, wanted) as feed:
        console.print("Waiting for changes. Press Ctrl-C to stop.")
        for count, change in enumerate(_changes(feed, seconds), 1):
            print_change(change, output, show_personal)
            if count == limit:
                break
    if not count:
        console.print("No change arrived.")


def _changes(feed: "Feed", seconds: float) -> Iterator[Change]:
    """Yield changes for this many seconds, or without end if 0."""
    end = time.monotonic() + (seconds or float("inf"))
    while (left := end - time.monotonic()) > 0:
        yield from feed.receive(int(min(WAIT_SECONDS, left)))


def print_change(change: Change, output: Output, show_personal: bool) -> None:
    """Print a change on a line of its own."""
    if output == "json":
        document = change.model_dump()
        line = json_text(document if show_personal else redact_output.change(document))
    else:
        data = change.data
        fields = ", ".join(data.changed) or "-"
        cause = f"{data.cause.source} {data.cause.id}"
        line = f"{change.time}  {change.kind}  {change.key.replace('#', ' ')}  {fields}  {cause}"
        line = printable(line)
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Feed:
    """A queue that receives changes."""

    sqs: "SQSClient"
    queue_url: str

    def receive(self, wait_seconds: int) -> list[Change]:
        """Return the next changes, in order for each entity; none if none arrives in time."""
        response = self.sqs.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=MAX_MESSAGES, WaitTimeSeconds=wait_seconds
        )
        messages = response.get("Messages", [])
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
def follow(deployment: Deployment, wanted: Mapping[str, str]) -> Iterator[Feed]:
    """Subscribe a queue to the changes with these attributes. Delete both at the end."""
    sns, sqs = deployment.client("sns"), deployment.client("sqs")
    topic_arn = deployment.change_topic_arn
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
        "Principal": {"Service": "sns.amazonaws.com"},  # The same in every partition.
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
