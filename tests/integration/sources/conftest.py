import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.store.closed_sources import ClosedSources
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.sources.closings import Clock


@pytest.fixture
def clock(cloud: Cloud) -> Clock:
    cloud.api_runtime.callers.closed.clock = moved = Clock()
    return moved


@pytest.fixture
def closed(cloud: Cloud) -> ClosedSources:
    """The item, as an operator's command writes it."""
    return ClosedSources(cloud.dynamodb, cloud.table_name)


@pytest.fixture
def deployment(run: Ingest, checkout: Checkout) -> Deployment:  # noqa: ARG001 - makes the file
    return Deployment.load("local", checkout)
