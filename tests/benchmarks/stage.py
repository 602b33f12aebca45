"""Makes a process one in which handlers run as in Lambda, but for AWS, which is told apart."""

import json
import os
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
from ingestion.event import timestamp
from ingestion.handlers import api, worker
from tests.benchmarks.aws import answer_here
from tests.support.factories import Json, api_key, batch, catalog_document, contract, event, request
from tests.support.factories import submission as submitted

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
    "MAX_UPLOAD_BYTES": "1000000",
    "OPEN_DOCS": "false",
    "SOURCE": SOURCE,
    "TABLE_NAME": "ingestion-prod-entities",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/dlq.fifo",
    "TOMBSTONE_DAYS": "30",
    "MAX_RECEIVE_COUNT": "5",
}


class Stage(NamedTuple):
    """What the two functions of the hot path work with."""

    api: api.Runtime
    worker: worker.Runtime


@contextmanager
def set_up(sources: int = 3, **environment: str) -> Iterator[Stage]:
    """Build both runtimes with settings and a catalog; what the handlers print goes nowhere."""
    catalog = _catalog(sources)
    names = [*catalog["sources"], OPERATOR]
    digests = "".join(key_digest(name, api_key(name)) for name in names)
    with (
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


def _catalog(sources: int) -> Json:
    """Our own catalog, with as many sources more as it takes."""
    document: Json = catalog_document()
    for number in range(sources - len(document["sources"])):
        name = f"another{number}"
        document["sources"][name] = document["sources"]["sourceA"] | {"path": name}
    return document


def plain(service: str) -> BaseClient:
    """A client as boto3 makes it by default."""
    made: BaseClient = boto3.client(service)  # type: ignore[call-overload]  # Stubs want its name.
    return made


def answered_here(stage: Stage) -> Counter[str]:
    """Let no call of the handlers leave the process; how many they make of each service."""
    calls: Counter[str] = Counter()
    for client in (stage.api.router.sns, stage.worker.store.dynamodb):
        answer_here(client, calls)
    return calls


def post(count: int) -> Json:
    """A request of so many events, each with its id and time; of one, not as an array."""
    items = [submission(number) for number in range(count)]
    return request(PATH, items if count > 1 else items[0], source=SOURCE)


def submission(number: int) -> Json:
    """One of different contracts."""
    return submitted(contract(f"contract-{number}"), id=f"event-{number}", time=_TIME)


def records(count: int, *, entities: int) -> Json:
    """What a worker is invoked with: so many events of so many contracts."""
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


_TIME = timestamp(datetime.now(UTC))  # Lags as they are, not those of another year.
