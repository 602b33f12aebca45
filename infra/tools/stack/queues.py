"""Makes the queues of a plan, so that Terraform only imports them.

The AWS provider reads a new queue six times, five seconds apart, and a queue waits for its
dead-letter queue: 50 s. It reads an imported queue once.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_ATTRIBUTES = {
    "content_based_deduplication": "ContentBasedDeduplication",
    "deduplication_scope": "DeduplicationScope",
    "delay_seconds": "DelaySeconds",
    "fifo_queue": "FifoQueue",
    "fifo_throughput_limit": "FifoThroughputLimit",
    "kms_master_key_id": "KmsMasterKeyId",
    "max_message_size": "MaximumMessageSize",
    "message_retention_seconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receive_wait_time_seconds": "ReceiveMessageWaitTimeSeconds",
    "redrive_allow_policy": "RedriveAllowPolicy",
    "redrive_policy": "RedrivePolicy",
    "sqs_managed_sse_enabled": "SqsManagedSseEnabled",
    "visibility_timeout_seconds": "VisibilityTimeout",
}


def make(sqs: Any, plan: dict[str, Any]) -> dict[str, str]:
    """Make the queues that a plan would make. Return their URLs by their addresses in Terraform.

    Terraform sets the attributes that the plan cannot know after it has imported the queue.
    """
    planned = [
        (change["address"], change["change"]["after"])
        for change in plan.get("resource_changes", [])
        if change["type"] == "aws_sqs_queue" and change["change"]["actions"] == ["create"]
    ]
    # A queue may only name a dead-letter queue that exists.
    planned.sort(key=lambda queue: "redrive_policy" in queue[1])
    return {address: _made(sqs, queue) for address, queue in planned}


def write_imports(root: Path, queue_urls: Mapping[str, str]) -> None:
    """Make the next plan in `root` import queues, given by their addresses in Terraform."""
    blocks = (
        f'import {{\n  to = {address}\n  id = "{url}"\n}}\n' for address, url in queue_urls.items()
    )
    root.mkdir(parents=True, exist_ok=True)
    (root / "imports.tf").write_text("\n".join(blocks))


def _made(sqs: Any, queue: dict[str, Any]) -> str:
    """Return the URL of the new queue, or of an existing one, which Terraform then corrects."""
    try:
        answer = sqs.create_queue(
            QueueName=queue["name"], Attributes=_attributes(queue), tags=queue["tags_all"] or {}
        )
    except sqs.exceptions.QueueNameExists:
        answer = sqs.get_queue_url(QueueName=queue["name"])
    return str(answer["QueueUrl"])


def _attributes(queue: dict[str, Any]) -> dict[str, str]:
    """Return the attributes as SQS spells them. It does not accept `FifoQueue=false`."""
    given = {name: queue.get(attribute) for attribute, name in _ATTRIBUTES.items()}
    return {
        name: "true" if value is True else str(value)
        for name, value in given.items()
        if value is not None and value is not False
    }
