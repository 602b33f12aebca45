"""The functions of search on moto."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from tests.integration.search.platform import Platform
from tests.support.added_entities import added

DOCUMENT = """\
description: A file.
fields:
  document_id: {type: id}
  name: {type: text}
  text_key: {type: text}
  owner: {type: text, personal: true}
  author: {type: text, personal: true, searchable: true}
  tags: {type: list, of: text}
"""


@pytest.fixture(scope="module")
def aws_session() -> Iterator[boto3.Session]:
    """Answer the calls of a file's tests with moto."""
    with mock_aws():
        yield boto3.Session(
            region_name="eu-central-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )


@pytest.fixture
def platform(
    aws_session: boto3.Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Platform]:
    """Yield empty tables and buckets, and an entity DOCUMENT whose texts are objects."""
    from moto.moto_api._internal.models import moto_api_backend

    moto_api_backend.reset()
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "ingestion-test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME", raising=False)
    (tmp_path / "document.yaml").write_text(DOCUMENT)
    with added(tmp_path):
        yield Platform(aws_session, monkeypatch)
