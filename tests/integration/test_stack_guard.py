"""A table that resists deletion stops a destroy before anything is deleted."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from infra.tools.errors import SetupError
from infra.tools.stack import require_unprotected
from ingestion.deployment import Deployment


@pytest.fixture
def in_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield


def deployment_with_table(*, protected: bool) -> Deployment:
    boto3.client("dynamodb", region_name="eu-central-1").create_table(
        TableName="entities",
        KeySchema=[{"AttributeName": "ID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "ID", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=protected,
    )
    return Deployment(
        api_url="",
        api_keys={},
        reader_api_key="",
        table_name="entities",
        topic_arn="",
        queue_urls={},
        dead_letter_queue_urls={},
        bucket_name="",
        files_failures_queue_url="",
        unrouted_queue_url="",
        change_topic_arn="",
        change_failures_queue_url="",
        subscriber_queue_arns={},
        subscriber_dead_letter_queue_urls={},
        function_names={},
        audit_log_group="",
        region="eu-central-1",
    )


@pytest.mark.usefixtures("in_aws")
def test_a_protected_table_stops_a_destroy_with_what_to_do() -> None:
    deployment = deployment_with_table(protected=True)

    with pytest.raises(SetupError, match="deletion_protection = false"):
        require_unprotected(deployment)


@pytest.mark.usefixtures("in_aws")
def test_an_unprotected_table_does_not_stop_it() -> None:
    deployment = deployment_with_table(protected=False)

    require_unprotected(deployment)

    assert deployment.client("dynamodb").describe_table(TableName="entities")
