"""An environment whose catalog Terraform wrote into the bucket of logins, and `source check`."""

import json
from collections.abc import Callable
from functools import partial

import boto3
import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_group_of
from tests.integration.cloud import Cloud
from tests.integration.commands.output import document
from tests.integration.conftest import Ingest
from tests.integration.status.source_check.deployed import write_environment
from tests.support.factories import Json, catalog_document

Deploy = Callable[..., None]
Check = Callable[..., Json]


@pytest.fixture
def deploy(cloud: Cloud, run: Ingest, checkout: Checkout, deployment: Deployment) -> Deploy:  # noqa: ARG001 - makes the file
    """Write environment.json as Terraform does, with changed entries and with API keys by source.

    An entry of None removes the source.
    """
    group = log_group_of(deployment.function_names["inserter"])
    boto3.client("logs").create_log_group(logGroupName=group)
    return partial(write_environment, cloud, checkout)


@pytest.fixture
def write_catalog(checkout: Checkout) -> Callable[..., None]:
    """Write the shipped catalog with changed entries into the checkout."""

    def write(**changes: Json) -> None:
        sources = catalog_document()["sources"]
        changed = {name: sources.get(name, {}) | entry for name, entry in changes.items()}
        checkout.catalog_file.write_text(json.dumps({"sources": sources | changed}))

    return write


@pytest.fixture
def check(run: Ingest) -> Check:
    """Run `ingest source check NAME -o json`, and return what it prints."""

    def invoke(source: str = "sourceB", *options: str) -> Json:
        found: Json = document(run("source", "check", source, *options, "-o", "json"))
        return found

    return invoke


def problems(shown: Json) -> list[tuple[str, str]]:
    return [(found["section"], found["problem"]) for found in shown["findings"]]


def finding(shown: Json, problem: str) -> Json:
    """Return the one finding of a problem."""
    [found] = [each for each in shown["findings"] if each["problem"] == problem]
    return dict(found)
