"""Posts changes to a subscriber's HTTPS endpoint, signed, and in order within an entity."""

import time
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Self

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic_core import from_json
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from ingestion.auth.secret_cache import SecretStore
from ingestion.auth.signatures import signed_headers
from ingestion.auth.standard_webhooks import STANDARD
from ingestion.aws.start import build_at_start
from ingestion.errors import TransientFailure
from ingestion.messaging import fifo_batch
from ingestion.settings import CLIENT_CONFIG, POOL_SIZE, DeliverySettings
from ingestion.telemetry.metrics import print_metrics
from ingestion.telemetry.redaction import hide_error_messages

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"  # CloudEvents' structured mode.
TIMEOUT = Timeout(connect=3, read=8)


@dataclass(frozen=True)
class Runtime:
    """The settings, secrets and connections for one subscriber, one connection for each group.

    No post starts after `deliver_seconds`. A post that started before normally ends within the
    function's timeout of 30 s. If Lambda stops the function, the queue redelivers the batch.
    """

    settings: DeliverySettings
    secrets: SecretStore
    http: PoolManager
    pool: Executor
    deliver_seconds: float = 15

    @classmethod
    def build(cls, session: boto3.Session) -> Self:
        """Build the runtime from the function's environment."""
        settings = DeliverySettings()
        secrets_manager = session.client("secretsmanager", config=CLIENT_CONFIG)
        secrets = SecretStore(secrets_manager, settings.secret_prefix)
        http = PoolManager(maxsize=POOL_SIZE, block=True)
        return cls(settings, secrets, http, ThreadPoolExecutor(POOL_SIZE))


def sign_change(body: bytes, secrets: Sequence[bytes]) -> dict[str, str]:
    """Return the headers that sign the change. Retries have its id and a time of their own."""
    return signed_headers(STANDARD, secrets, from_json(body)["id"], int(time.time()), body)


def deliver_record(
    record: fifo_batch.Record, secrets: Sequence[bytes], deadline: float, runtime: Runtime
) -> None:
    """Post the change. Raises TransientFailure unless the response is a 2xx: the queue retries."""
    if time.monotonic() > deadline:
        raise TransientFailure("DeadlineExceeded")
    body = record["body"].encode()
    try:
        # Do not retry or follow redirects: only the configured endpoint may get changes.
        response = runtime.http.request(
            "POST",
            runtime.settings.subscriber_url,
            body=body,
            headers={"Content-Type": CONTENT_TYPE, **sign_change(body, secrets)},
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
    """Deliver the batch. Return the records that the queue must redeliver.

    Without a live secret the whole batch fails: an unsigned change is never posted.
    """
    deadline = time.monotonic() + runtime.deliver_seconds
    with hide_error_messages():
        secrets = runtime.secrets.signing_secrets(runtime.settings.subscriber)
        deliver_by = partial(deliver_record, secrets=secrets, deadline=deadline, runtime=runtime)
        delivered, failures = fifo_batch.process_fifo_batch(
            event["Records"], deliver_by, runtime.pool
        )
    print_metrics(
        f"subscriber {runtime.settings.subscriber}",
        {"ChangeDelivered": len(delivered), "DeliveryRetried": len(failures)},
        invocation_id=context.aws_request_id,
    )
    return {"batchItemFailures": failures}


runtime = build_at_start(lambda: Runtime.build(boto3.Session()))


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Deliver one batch of the queue."""
    return handle(event, context, runtime())
