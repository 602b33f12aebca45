"""A destroy that would lose data or stop half done is refused before anything is deleted."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.tools.deploy.deletions import require_no_data_loss
from infra.tools.errors import SetupError
from ingestion.store.closed_sources import ClosedSources, Closing
from ingestion.store.reader import TableReader
from ingestion.store.reindex import reindex

TABLE = "ingestion-dev-entities"
QUEUE = "ingestion-dev-sourceA-dlq.fifo"
BUCKET = "ingestion-dev-drop"
PACKAGES = "ingestion-dev-packages"


def client(service: str) -> Any:
    return boto3.client(service, region_name="eu-central-1")  # type: ignore[call-overload]


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Make an environment without data, and return Terraform's state of it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        make_table()
        url = client("sqs").create_queue(QueueName=QUEUE, Attributes={"FifoQueue": "true"})
        for bucket in (BUCKET, PACKAGES):
            place = {"LocationConstraint": "eu-central-1"}
            client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
        client("s3").put_object(Bucket=PACKAGES, Key="abc.zip", Body=b"zip")
        yield state_of(
            ("aws_dynamodb_table", {"id": TABLE}),
            ("aws_sqs_queue", {"id": url["QueueUrl"]}),
            ("aws_s3_bucket", {"id": BUCKET, "force_destroy": True}),
            ("aws_s3_bucket", {"id": PACKAGES, "force_destroy": True}),
            ("aws_s3_object", {"bucket": PACKAGES, "key": "abc.zip"}),
        )


def state_of(*resources: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the plan of a destroy as `terraform show -json` prints it."""
    return {
        "resource_changes": [
            {
                "address": f"module.m.{kind}.this",
                "type": kind,
                "change": {"actions": ["delete"], "before": values},
            }
            for kind, values in resources
        ]
    }


def require_destroyable(state: dict[str, Any], *, force: bool) -> None:
    """Check a deletion of everything."""
    require_no_data_loss(state, client, "dev", force=force)


def make_table() -> None:
    client("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "ID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "ID", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def put_item(item_id: str) -> None:
    client("dynamodb").put_item(TableName=TABLE, Item={"ID": {"S": item_id}})


def send(url: str) -> None:
    body = json.dumps({"n": url})
    client("sqs").send_message(
        QueueUrl=url, MessageBody=body, MessageGroupId="g", MessageDeduplicationId="d"
    )


def test_an_environment_without_data_may_be_destroyed(state: dict[str, Any]) -> None:
    require_destroyable(state, force=False)

    assert client("dynamodb").describe_table(TableName=TABLE)


def test_items_of_the_platform_itself_are_no_data(state: dict[str, Any]) -> None:
    reader = TableReader(client("dynamodb"), TABLE)

    pages = list(reindex(reader))
    ClosedSources(client("dynamodb"), TABLE).close("sourceA", Closing())

    assert len(pages) == 1
    assert client("dynamodb").scan(TableName=TABLE)["Count"] == 2
    require_destroyable(state, force=False)
    put_item("EQUIPMENT#e-1")
    with pytest.raises(SetupError, match=f"table {TABLE} holds 1 item[.]"):
        require_destroyable(state, force=False)


def test_an_environment_that_was_never_applied_may_be_destroyed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    require_destroyable({"format_version": "1.0"}, force=False)

    assert capsys.readouterr().err == ""


def test_the_refusal_names_all_data_with_counts(state: dict[str, Any]) -> None:
    put_item("EQUIPMENT#e-1")
    put_item("EQUIPMENT#e-2")
    send(client("sqs").get_queue_url(QueueName=QUEUE)["QueueUrl"])
    client("s3").put_object(Bucket=BUCKET, Key="uploads/sourceA/rows.csv", Body=b"a")

    with pytest.raises(SetupError) as refusal:
        require_destroyable(state, force=False)

    text = str(refusal.value)
    assert f"table {TABLE} holds 2 items; queue {QUEUE} holds 1 message;" in text
    assert f" bucket {BUCKET} holds 1 object." in text
    assert text.endswith("FORCE=1 (--force) deletes all of this.")


def test_messages_in_flight_are_counted(state: dict[str, Any]) -> None:
    url = client("sqs").get_queue_url(QueueName=QUEUE)["QueueUrl"]
    send(url)
    client("sqs").receive_message(QueueUrl=url)

    with pytest.raises(SetupError, match=r"holds 1 message[.]"):
        require_destroyable(state, force=False)


def test_a_package_that_terraform_did_not_create_is_counted(state: dict[str, Any]) -> None:
    client("s3").put_object(Bucket=PACKAGES, Key="theirs.zip", Body=b"zip")

    with pytest.raises(SetupError, match=f"bucket {PACKAGES} holds 1 object"):
        require_destroyable(state, force=False)


def test_force_allows_the_destroy_and_prints_what_it_deletes(
    state: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    put_item("EQUIPMENT#e-1")

    require_destroyable(state, force=True)

    expected = f"FORCE=1 (--force) deletes data: table {TABLE} holds 1 item.\n"
    assert capsys.readouterr().err == expected


def test_resources_that_no_longer_exist_may_be_destroyed(state: dict[str, Any]) -> None:
    client("dynamodb").delete_table(TableName=TABLE)
    client("s3").delete_bucket(Bucket=BUCKET)
    url = client("sqs").get_queue_url(QueueName=QUEUE)["QueueUrl"]
    client("sqs").delete_queue(QueueUrl=url)

    require_destroyable(state, force=False)

    assert client("sqs").list_queues().get("QueueUrls", []) == []


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("force", [False, True])
def test_a_protected_table_stops_a_destroy_and_names_the_setting(force: bool) -> None:
    protected = ("aws_dynamodb_table", {"id": TABLE, "deletion_protection_enabled": True})

    with pytest.raises(SetupError, match="deletion_protection = false"):
        require_destroyable(state_of(protected), force=force)


@pytest.mark.usefixtures("state")
def test_a_bucket_that_keeps_its_files_stops_a_destroy_even_with_force() -> None:
    client("s3").put_object(Bucket=BUCKET, Key="uploads/sourceA/rows.csv", Body=b"a")
    kept = state_of(("aws_s3_bucket", {"id": BUCKET, "force_destroy": False}))

    with pytest.raises(SetupError, match="force_destroy = true"):
        require_destroyable(kept, force=True)


@pytest.mark.usefixtures("state")
def test_an_empty_bucket_may_be_destroyed_without_force_destroy() -> None:
    empty = state_of(("aws_s3_bucket", {"id": BUCKET, "force_destroy": False}))

    require_destroyable(empty, force=False)

    assert client("s3").list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
