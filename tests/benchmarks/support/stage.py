"""Runs handlers as in Lambda, with AWS replaced by one of the services of `aws.py`."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from unittest.mock import patch

import boto3
from botocore.client import BaseClient

from ingestion.auth.api_keys import key_digest
from ingestion.catalog import OPERATOR
from ingestion.handlers import api, worker
from ingestion.syntax.times import timestamp
from tests.benchmarks.support.aws import respond_here
from tests.support.factories import Json, api_key, catalog_document, contract, event
from tests.support.factories import submission as submitted
from tests.support.invocations import batch, request

ACCOUNT = "arn:aws:sns:eu-central-1:123456789012"
SOURCE, PATH = "sourceB", "b"
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "POWERTOOLS_METRICS_NAMESPACE": "ingestion-prod",
    "POWERTOOLS_SERVICE_NAME": "benchmark",
    "TOPIC_ARN": f"{ACCOUNT}:ingestion-prod-router.fifo",
    "BUCKET": "drop",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
    "MAX_UPLOAD_BYTES": "1000000",
    "OPEN_DOCS": "false",
    "SOURCE": SOURCE,
    "TABLE_NAME": "ingestion-prod-entities",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/dlq.fifo",
    "TOMBSTONE_DAYS": "30",
    "MAX_RECEIVE_COUNT": "5",
}


class Stage(NamedTuple):
    """The runtimes of the API and the worker."""

    api: api.Runtime
    worker: worker.Runtime


@contextmanager
def set_up(sources: int = 3, **environment: str) -> Iterator[Stage]:
    """Build both runtimes with settings and a catalog, and discard what the handlers print."""
    catalog = _catalog(sources)
    names = [*catalog["sources"], OPERATOR]
    digests = "".join(key_digest(name, api_key(name)) for name in names)
    with (
        _one_core(),
        TemporaryDirectory() as directory,
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),
        patch.dict(os.environ, _ENVIRONMENT | environment),
    ):
        file = Path(directory) / "sources.json"
        file.write_text(json.dumps(catalog))
        os.environ |= {"CATALOG_FILE": str(file), "API_KEY_DIGESTS": digests}
        session = boto3.Session()
        yield Stage(api.Runtime.build(session), worker.Runtime.build(session))


@contextmanager
def _one_core() -> Iterator[None]:
    """Keep the handlers on one core. A function has at most one below 1,769 MB; ours have 512 MB.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html. macOS has no such call.
    """
    if sys.platform != "linux":
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _catalog(sources: int) -> Json:
    """Return the catalog of this repository, with sources added up to this number."""
    document: Json = catalog_document()
    for number in range(sources - len(document["sources"])):
        name = f"another{number}"
        document["sources"][name] = document["sources"]["sourceA"] | {"path": name}
    return document


def plain(service: str) -> BaseClient:
    """Return a client with boto3's defaults."""
    made: BaseClient = boto3.client(service)  # type: ignore[call-overload]  # Stubs want its name.
    return made


def with_canned_responses(stage: Stage) -> Counter[str]:
    """Respond to the handlers' calls in the process, and return the call counts by service."""
    calls: Counter[str] = Counter()
    for client in (stage.api.router.sns, stage.worker.store.dynamodb):
        respond_here(client, calls)
    respond_here(stage.api.callers.closed.item.dynamodb)  # One call in five seconds.
    return calls


def post(count: int) -> Json:
    """Make a request of this many events with ids and times. One event is not in an array."""
    items = [submission(number) for number in range(count)]
    return request(PATH, items if count > 1 else items[0], source=SOURCE)


def submission(number: int) -> Json:
    """Make the submission of the contract with this number."""
    return submitted(contract(f"contract-{number}"), id=f"event-{number}", time=_TIME)


def records(count: int, *, entities: int) -> Json:
    """Make a worker's input: this many events of this many contracts."""
    made = batch(
        *(
            event(
                contract(f"contract-{number % entities}"),
                id=f"event-{number}",
                time=_TIME,
                receivedat=_TIME,
            )
            for number in range(count)
        )
    )
    for record in made["Records"]:
        record["messageAttributes"] = {
            name: {"stringValue": value, "dataType": "String"}
            for name, value in (
                ("source", SOURCE),
                ("entity_name", "CONTRACT"),
                ("request_id", "QcFXFHVsDoEEFcQ="),
            )
        }
    return made


_TIME = timestamp(datetime.now(UTC))  # The current time, for realistic lags in the log lines.
