"""Uploads for the commands on files."""

from functools import partial

import pytest
from typer.testing import Result

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.support.files.dropped import keys_of


def message(result: Result) -> str:
    """Return the messages of a command, without line breaks."""
    return " ".join(result.stderr.split())


def read_file(cloud: Cloud, name: str, content: str, source: str = "sourceB") -> str:
    """Extract and insert a file. Return the id of its upload."""
    record = cloud.drop(name, content, source)
    cloud.extract(record)
    cloud.insert()
    return keys_of(record).upload_id


@pytest.fixture
def ingest(run_quickly: Ingest, cloud: Cloud) -> Ingest:
    """Run `ingest files …` against the platform on moto."""
    assert cloud.s3
    return partial(run_quickly, "files")
