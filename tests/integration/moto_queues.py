"""Lets moto answer one call of a queue at a time: its queues are not safe for threads."""

import json
from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from moto.core.models import botocore_stubber


def answer_one_call_at_a_time(patching: pytest.MonkeyPatch) -> None:
    """Make calls of one queue wait for each other. SQS leases no group to two of them."""
    locks: defaultdict[str, Lock] = defaultdict(Lock)
    answer: Callable[[AWSPreparedRequest], Any] = botocore_stubber.process_request

    def answer_alone(request: AWSPreparedRequest) -> Any:
        queue = _queue_of(request)
        if queue is None:
            return answer(request)
        with locks[queue]:
            return answer(request)

    patching.setattr(botocore_stubber, "process_request", answer_alone)


def _queue_of(request: AWSPreparedRequest) -> str | None:
    """Return the URL of the queue that a call names."""
    target: Any = request.headers.get("X-Amz-Target", b"")
    body: Any = request.body
    return json.loads(body).get("QueueUrl") if target.startswith(b"AmazonSQS.") else None
