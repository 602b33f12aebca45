"""What `ingest login` reads describes the environment and holds no key."""

import pytest

from ingestion.cli.environment import Deployment
from tests.support.factories import api_key, catalog
from tests.support.terraform.planned import Plan


@pytest.fixture
def content(planned: Plan) -> str:
    [content] = [
        resource.values["content"]
        for resource in planned.resources
        if resource.type == "aws_s3_object" and resource.values["key"] == "environment.json"
    ]
    return str(content)


def test_the_object_describes_all_that_commands_need(content: str, planned: Plan) -> None:
    described = Deployment.model_validate_json(content)

    assert described.catalog == catalog()
    assert described.environment == "test"
    assert described.table_name == planned.outputs["table_name"]
    assert described.api_key_ids.keys() == {*catalog().sources, "operator", "reader"}


def test_the_object_holds_no_key(content: str) -> None:
    keys = [api_key(caller) for caller in (*catalog().senders, "reader")]

    assert [key for key in keys if key in content] == []
    assert "api_keys" not in content
