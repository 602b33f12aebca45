"""The functions of search on moto."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.moto_api._internal.models import MotoAPIBackend
from typer.testing import CliRunner

from ingestion.catalog import READER
from ingestion.cli import app
from ingestion.cli.checkout import Checkout
from tests.integration.conftest import AUDIT
from tests.integration.lent_clients import LendingSession
from tests.integration.search.api import Api, Run
from tests.integration.search.platform import INDEX, TABLE, Platform, forget_models
from tests.support.added_entities import added
from tests.support.factories import api_key
from tests.support.servers import serving
from tests.support.terraform.planned import Plan

UNDELIVERED = "undelivered.fifo"
PAPER = """\
description: A file.
fields:
  paper_id: {type: id}
  name: {type: text}
  text_key: {type: text}
  owner: {type: text, personal: true}
  author: {type: text, personal: true, searchable: true}
  tags: {type: list, of: text}
"""


class Session(LendingSession):
    """Lends every client: a new one takes as long as several calls."""

    def create_client(self, *arguments: Any, **options: Any) -> Any:
        """Lend a client."""
        return self.lend("search", *arguments, **options)


@pytest.fixture(scope="session")
def lending_session() -> Session:
    """One session, which lends its clients to one test after another."""
    session = Session()
    session.set_credentials("testing", "testing")
    session.set_config_variable("region", "eu-central-1")
    return session


@pytest.fixture(scope="session")
def search_session(lending_session: Session) -> boto3.Session:
    """One boto3 session for all tests: each new one registers its handlers again."""
    return boto3.Session(botocore_session=lending_session)


@pytest.fixture
def platform(
    moto: MotoAPIBackend,
    lending_session: Session,
    search_session: boto3.Session,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Platform]:
    """Yield empty tables and buckets, and an entity PAPER whose texts are objects."""
    moto.reset()
    lending_session.take_back()
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "ingestion-test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME", raising=False)
    (tmp_path / "paper.yaml").write_text(PAPER)
    with added(tmp_path):
        forget_models()
        yield Platform(search_session, monkeypatch)
    forget_models()


@pytest.fixture
def run(
    platform: Platform,
    search_session: boto3.Session,
    checkout: Checkout,
    planned: Plan,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Run]:
    """Run `ingest …` with the outputs of the platform."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", search_session)
    fifo: Any = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    created = platform.sqs.create_queue(QueueName=UNDELIVERED, Attributes=fifo)
    boto3.client("logs").create_log_group(logGroupName=AUDIT)
    with serving(Api(platform)) as server:
        outputs = planned.outputs | {
            "api_url": server.url,
            "reader_api_key": api_key(READER),
            "table_name": TABLE,
            "search_index_bucket": INDEX,
            "search_queue_url": platform.queue,
            "search_failures_queue_url": platform.failures,
            "search_undelivered_queue_url": created["QueueUrl"],
            "unrouted_queue_url": platform.queue,
        }
        file = checkout.outputs_file("local")
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(outputs))
        runner = CliRunner(env={"COLUMNS": "1000", "INGEST_KEY": "", "INGEST_URL": ""})
        yield lambda *words: runner.invoke(app.app, words, obj=checkout)
