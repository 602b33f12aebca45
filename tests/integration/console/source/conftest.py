import boto3
import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.console.runtime import Runtime
from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_group_of
from tests.integration.cloud import Cloud
from tests.integration.sources.steered import map_workers
from tests.integration.status.source_check.deployed import write_environment


@pytest.fixture
def deployment(runtime: Runtime, cloud: Cloud, checkout: Checkout) -> Deployment:
    """Return the environment with its description, its logs and the workers of two sources."""
    deployment = runtime.deployment
    write_environment(cloud, checkout)
    for name in ("api", "inserter"):
        group = log_group_of(deployment.function_names[name])
        boto3.client("logs").create_log_group(logGroupName=group)
    map_workers(deployment, "sourceA", "sourceB")
    return deployment
