"""Creates the queues of a plan, so that Terraform only imports them.

The AWS provider reads a new queue six times, five seconds apart, and a queue waits for its
dead-letter queue: 50 s. It reads an imported queue once.
"""

from pathlib import Path
from typing import Any

# Terraform's and SQS's names of attributes. Terraform corrects all others, which takes longer.
_ATTRIBUTES = {
    "deduplication_scope": "DeduplicationScope",
    "fifo_queue": "FifoQueue",
    "fifo_throughput_limit": "FifoThroughputLimit",
    "kms_master_key_id": "KmsMasterKeyId",
    "max_message_size": "MaximumMessageSize",
    "message_retention_seconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "redrive_allow_policy": "RedriveAllowPolicy",
    "redrive_policy": "RedrivePolicy",
    "sqs_managed_sse_enabled": "SqsManagedSseEnabled",
    "visibility_timeout_seconds": "VisibilityTimeout",
}


def create_queues(sqs: Any, plan: dict[str, Any]) -> dict[str, str]:
    """Create the queues that a plan would create. Return their URLs by Terraform's addresses.

    Terraform sets the attributes that the plan cannot know after it has imported the queue.
    """
    new = [
        (resource["address"], resource["change"]["after"])
        for resource in plan.get("resource_changes", [])
        if resource["type"] == "aws_sqs_queue" and resource["change"]["actions"] == ["create"]
    ]
    # A queue may only name a dead-letter queue that exists.
    new.sort(key=lambda queue: "redrive_policy" in queue[1])
    return {address: _create_queue(sqs, queue) for address, queue in new}


def write_imports(root: Path, imports: dict[str, str]) -> None:
    """Make the next plan in `root` import resources: their ids by their addresses in Terraform."""
    blocks = (
        f'import {{\n  to = {address}\n  id = "{found}"\n}}\n' for address, found in imports.items()
    )
    (root / "imports.tf").write_text("\n".join(blocks))


def _create_queue(sqs: Any, queue: dict[str, Any]) -> str:
    """Return the URL of the new queue, or of an existing one, which Terraform then corrects."""
    planned = {name: queue.get(attribute) for attribute, name in _ATTRIBUTES.items()}
    # SQS does not accept `FifoQueue=false`.
    attributes = {
        name: "true" if value is True else str(value)
        for name, value in planned.items()
        if value is not None and value is not False
    }
    name, tags = queue["name"], queue["tags_all"] or {}
    try:
        response = sqs.create_queue(QueueName=name, Attributes=attributes, tags=tags)
    except sqs.exceptions.QueueNameExists:
        response = sqs.get_queue_url(QueueName=name)
    return str(response["QueueUrl"])
