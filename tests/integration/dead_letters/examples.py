"""Dead letters of sourceB, and what the command and the audit log say about them."""

import json
from typing import Any

import boto3

from tests.integration.cloud import Cloud
from tests.integration.conftest import AUDIT, Ingest
from tests.support.factories import Json, contract, event, event_fields


def dead_letter(cloud: Cloud, *bodies: Json | str) -> None:
    """Make sourceB's worker dead-letter these: each an invalid contract, or any text."""
    cloud.work(
        *(b if isinstance(b, str) else json.dumps(event_fields() | b) for b in bodies),
    )


def repaired(cloud: Cloud, *names: str) -> None:
    """Put valid events into the dead-letter queue of sourceB."""
    for name in names:
        cloud.sqs.send_message(
            QueueUrl=cloud.dead_letter_queue_urls["sourceB"],
            MessageBody=event(contract(name), id=name).json_bytes.decode(),
            MessageGroupId=name,
            MessageDeduplicationId=name,
        )


def leases(*names: str) -> list[Json]:
    """Make an invalid event for each id, each about a contract of its own."""
    return [{"id": n, "subject": n, "data": contract(n, contract_type="lease")} for n in names]


def listed(ingest: Ingest, *options: str) -> Any:
    """Return what `dlq list` prints as JSON."""
    result = ingest("list", "-o", "json", *options)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def ids(document: Any) -> list[str]:
    return sorted(found["event_id"] for found in document["letters"])


def audited() -> list[tuple[str, str]]:
    """Return the action and the event of every line of the audit log."""
    found = boto3.client("logs").filter_log_events(logGroupName=AUDIT)["events"]
    lines = [json.loads(line["message"]) for line in found]
    assert all(line["actor"].startswith("arn:aws:") for line in lines)
    return [(line["action"], line["event_id"]) for line in lines]


def work_off(cloud: Cloud) -> None:
    """Make the worker of sourceB process every message in its queue."""
    assert cloud.work(*cloud.queued()) == []


def stopped(**_: object) -> None:
    """Raise the exception that Ctrl-C causes."""
    raise KeyboardInterrupt


def drop_into_dead_letters(cloud: Cloud, *bodies: str) -> None:
    """Put messages into the dead-letter queue as SQS does after five receives."""
    for body in bodies:
        cloud.sqs.send_message(
            QueueUrl=cloud.dead_letter_queue_urls["sourceB"],
            MessageBody=body,
            MessageGroupId="group",
            MessageDeduplicationId=body[:60].translate({ord(c): "-" for c in ' {}"'}),
        )
