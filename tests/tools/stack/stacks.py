"""Local stacks without an emulator of their own."""

from typing import Any

from infra.tools.stack.local_environment import LocalEnvironment

QUEUE = "ingestion-local-sourceA.fifo"


# Shows the plan beside it. Fails in its first apply, as for a lost response, and records its
# commands.
TERRAFORM = """#!/bin/sh
cd "$(dirname "$0")"
echo "$2" >> commands
[ "$2" = apply ] && [ ! -e again.json ] && exit 0
[ "$2" = apply ] && mv again.json shown.json && exit 1
[ "$2" = show ] && exec cat shown.json
exit 0
"""


class Elsewhere(LocalEnvironment):
    """A local stack of another checkout, without variables."""

    def variables(self) -> dict[str, str]:
        return {}


def queue_with_a_message(sqs: Any) -> str:
    url = str(sqs.create_queue(QueueName=QUEUE, Attributes={"FifoQueue": "true"})["QueueUrl"])
    message = {"MessageGroupId": "g", "MessageDeduplicationId": "d"}
    sqs.send_message(QueueUrl=url, MessageBody="{}", **message)
    return url
