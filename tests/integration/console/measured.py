"""The platform on moto, complete enough for its status."""

import boto3

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_group_of
from tests.integration.cloud import SOURCES
from tests.integration.sources.steered import map_workers


def complete(deployment: Deployment) -> Deployment:
    """Make the log of the API, and the workers of all sources. Return the environment."""
    group = log_group_of(deployment.function_names["api"])
    boto3.client("logs").create_log_group(logGroupName=group)
    map_workers(deployment, *SOURCES)
    return deployment
