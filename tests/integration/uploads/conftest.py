"""Uploads for the commands on files."""

from functools import partial

import pytest
from typer.testing import Result

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest


def message(result: Result) -> str:
    """Return the messages of a command, without line breaks."""
    return " ".join(result.stderr.split())


@pytest.fixture
def ingest(run_quickly: Ingest, cloud: Cloud) -> Ingest:
    """Run `ingest files …` against the platform on moto."""
    assert cloud.s3
    return partial(run_quickly, "files")
