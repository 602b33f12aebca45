"""Posts the changes of a subscriber's queue to its HTTPS endpoint, in order within an entity."""

import time
from contextlib import closing, suppress
from functools import cache, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from ingestion.aws.pool import pool
from ingestion.errors import TransientFailure
from ingestion.messaging import fifo_batch
from ingestion.settings import POOL_SIZE, delivery_settings, initialize
from ingestion.telemetry.metrics import report
from ingestion.telemetry.redaction import Discretion

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"  # CloudEvents' structured mode.
DELIVER_SECONDS = 15  # A last call, begun by then, still ends within the function's 30 s.
TIMEOUT = Timeout(connect=3, read=8)


@cache
def http() -> PoolManager:
    """Connections to the endpoint, one for each group at work."""
    return PoolManager(maxsize=POOL_SIZE, block=True)


def deliver_record(record: fifo_batch.Record, deadline: float) -> None:
    """Post the change. Raises TransientFailure, for the queue to repeat, for all but a 2xx."""
    if time.monotonic() > deadline:
        raise TransientFailure("DeadlineExceeded")
    try:
        # Neither repeated here nor redirected: only the endpoint that was named gets changes.
        answer = http().request(
            "POST",
            delivery_settings().subscriber_url,
            body=record["body"].encode(),
            headers={"Content-Type": CONTENT_TYPE},
            retries=False,
            timeout=TIMEOUT,
            preload_content=False,
        )
    except HTTPError as error:
        raise TransientFailure(type(error).__name__) from error
    # The status is the answer. A connection serves again where there is no more to wait for.
    with closing(answer), suppress(HTTPError):
        if answer.headers.get("Content-Length") == "0" or answer.status == HTTPStatus.NO_CONTENT:
            answer.drain_conn()
    if not 200 <= answer.status < 300:
        raise TransientFailure(f"HTTP {answer.status}")


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Deliver the batch; answer which records the queue must repeat."""
    deliver_by = partial(deliver_record, deadline=time.monotonic() + DELIVER_SECONDS)
    with Discretion():
        delivered, failures = fifo_batch.process(event["Records"], deliver_by, pool())
    report(
        f"subscriber {delivery_settings().subscriber}",
        {"ChangeDelivered": len(delivered), "DeliveryRetried": len(failures)},
        invocation_id=context.aws_request_id,
    )
    return {"batchItemFailures": failures}


initialize(delivery_settings, http)
