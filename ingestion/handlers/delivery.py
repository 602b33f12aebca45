"""Posts the changes of a subscriber's queue to its HTTPS endpoint, in order within an entity."""

import time
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Self

from aws_lambda_powertools.utilities.typing import LambdaContext
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from ingestion.aws.start import build_at_start
from ingestion.errors import TransientFailure
from ingestion.messaging import fifo_batch
from ingestion.settings import POOL_SIZE, DeliverySettings
from ingestion.telemetry.metrics import print_metrics
from ingestion.telemetry.redaction import hide_error_messages

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"  # CloudEvents' structured mode.
TIMEOUT = Timeout(connect=3, read=8)


@dataclass(frozen=True)
class Runtime:
    """The settings and connections for one subscriber. `http` has a connection for each group.

    No call starts after `deliver_seconds`. A call that started before still ends
    within the function's timeout of 30 s.
    """

    settings: DeliverySettings
    http: PoolManager
    pool: Executor
    deliver_seconds: float = 15

    @classmethod
    def build(cls) -> Self:
        """Build the runtime from the function's environment."""
        http = PoolManager(maxsize=POOL_SIZE, block=True)
        return cls(DeliverySettings(), http, ThreadPoolExecutor(POOL_SIZE))


def deliver_record(record: fifo_batch.Record, deadline: float, runtime: Runtime) -> None:
    """Post the change. Raises TransientFailure unless the response is a 2xx: the queue retries."""
    if time.monotonic() > deadline:
        raise TransientFailure("DeadlineExceeded")
    try:
        # Do not retry or follow redirects: only the configured endpoint may get changes.
        response = runtime.http.request(
            "POST",
            runtime.settings.subscriber_url,
            body=record["body"].encode(),
            headers={"Content-Type": CONTENT_TYPE},
            retries=False,
            timeout=TIMEOUT,
            preload_content=False,
        )
    except HTTPError as error:
        raise TransientFailure(type(error).__name__) from error
    # Only the status counts. The connection is reused if no body has to be read.
    with closing(response), suppress(HTTPError):
        if (
            response.headers.get("Content-Length") == "0"
            or response.status == HTTPStatus.NO_CONTENT
        ):
            response.drain_conn()
    if not 200 <= response.status < 300:
        raise TransientFailure(f"HTTP {response.status}")


def handle(event: dict[str, Any], context: LambdaContext, runtime: Runtime) -> dict[str, Any]:
    """Deliver the batch. Return the records that the queue must redeliver."""
    deadline = time.monotonic() + runtime.deliver_seconds
    deliver_by = partial(deliver_record, deadline=deadline, runtime=runtime)
    with hide_error_messages():
        delivered, failures = fifo_batch.process_fifo_batch(
            event["Records"], deliver_by, runtime.pool
        )
    print_metrics(
        f"subscriber {runtime.settings.subscriber}",
        {"ChangeDelivered": len(delivered), "DeliveryRetried": len(failures)},
        invocation_id=context.aws_request_id,
    )
    return {"batchItemFailures": failures}


runtime = build_at_start(Runtime.build)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Deliver one batch of the queue."""
    return handle(event, context, runtime())
