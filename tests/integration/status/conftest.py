from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.model import OperationModel

from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_group_of
from tests.integration.cloud import SOURCES
from tests.integration.conftest import Ingest
from tests.integration.sources.steered import map_workers
from tests.integration.used_grants import RecordingSession


@pytest.fixture
def deployment(run: Ingest, checkout: Checkout) -> Deployment:  # noqa: ARG001 - makes the file
    return Deployment.load("local", checkout)


@pytest.fixture(autouse=True)
def _api_log(deployment: Deployment) -> None:
    group = log_group_of(deployment.function_names["api"])
    boto3.client("logs").create_log_group(logGroupName=group)


@pytest.fixture
def mapped(deployment: Deployment) -> Deployment:
    """Make the workers of all sources, so that only a test's own problem is found."""
    map_workers(deployment, *SOURCES)
    return deployment


@pytest.fixture
def calls(session: RecordingSession) -> Iterator[Counter[str]]:
    """Count the calls of AWS by operation."""
    found: Counter[str] = Counter()

    def count(model: OperationModel, **_: Any) -> None:
        found[model.name] += 1

    with session.hooked("before-call", count):
        yield found
