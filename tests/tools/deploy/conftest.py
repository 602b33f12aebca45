"""The environment `dev`."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from infra.tools.deploy.state_bucket import StateBucket
from tests.tools.deploy.dev import QUEUE, TERRAFORM, Dev, plan
from tests.tools.stack.test_stack import write_environment


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dev]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("TF_VAR_package_file", str(tmp_path / "package.zip"))
    monkeypatch.setenv("TERRAFORM", str(tmp_path / "terraform"))
    write_environment(tmp_path)
    program = tmp_path / "terraform"
    program.write_text(TERRAFORM)
    program.chmod(0o755)
    with mock_aws():
        sqs = boto3.client("sqs", region_name="eu-central-1")
        url = sqs.create_queue(QueueName=QUEUE, Attributes={"FifoQueue": "true"})["QueueUrl"]
        dev = Dev(tmp_path, url)
        StateBucket(
            boto3.client("s3", region_name="eu-west-1"), "states", "eu-west-1", "123456789012"
        ).create()
        dev.plan_file.write_text(json.dumps(plan(url)))
        yield dev
