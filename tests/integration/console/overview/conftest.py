import pytest

from ingestion.cli.console.runtime import Runtime
from ingestion.cli.environment import Deployment
from tests.integration.console.measured import complete


@pytest.fixture
def deployment(runtime: Runtime) -> Deployment:
    return complete(runtime.deployment)
