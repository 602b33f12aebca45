"""A plan that deletes data is refused, and the message says what to do instead."""

from typing import Any

import pytest
from moto import mock_aws

from infra.tools.deploy.deletions import DeletionRefused, require_no_data_loss
from tests.integration.platform.test_stored_data import (
    BUCKET,
    PACKAGES,
    QUEUE,
    TABLE,
    client,
    make_table,
    put_item,
    send,
)

Json = dict[str, Any]

DELETE = ["delete"]
REPLACEMENTS = [["delete", "create"], ["create", "delete"]]
ZIP = {"bucket": PACKAGES, "key": "abc.zip"}


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield


def changed(kind: str, actions: list[str], before: Json | None, **further: Any) -> Json:
    change = {"actions": actions, "before": before, "after": None, "after_unknown": {}} | further
    return {"address": f"{kind}.this", "mode": "managed", "type": kind, "change": change}


def plan_of(*changes: Json) -> Json:
    return {"resource_changes": list(changes)}


def made_queue(name: str = QUEUE, **attributes: str) -> str:
    """Create a queue and return its URL."""
    fifo = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
    response = client("sqs").create_queue(QueueName=name, Attributes=fifo | attributes)
    return str(response["QueueUrl"])


def made_bucket(name: str, *keys: str) -> Json:
    """Create a bucket with objects and return its attributes in Terraform."""
    place = {"LocationConstraint": "eu-central-1"}
    client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=place)
    for key in keys:
        client("s3").put_object(Bucket=name, Key=key, Body=b"a")
    return {"id": name, "bucket": name, "force_destroy": True}


def keep(plan: Json, *, force: bool = False) -> None:
    require_no_data_loss(plan, client, "dev", force=force)


def refusal(plan: Json, *, force: bool = False) -> str:
    with pytest.raises(DeletionRefused) as refused:
        keep(plan, force=force)
    return str(refused.value)


def test_the_refusal_names_a_full_queue_its_count_and_the_next_steps() -> None:
    url = made_queue()
    send(url)

    text = refusal(plan_of(changed("aws_sqs_queue", DELETE, {"id": url})))

    assert text == (
        f"Nothing was applied, because this plan deletes data: queue {QUEUE} holds 1 message."
        " For the queue of a source, put the source back into config/sources.yaml; for that of a"
        " subscriber, put it back into config/dev.tfvars."
        " To remove a source: `.venv/bin/ingest close SOURCE --env dev` stops what it posts; stop"
        " all other senders; wait until `.venv/bin/ingest status --env dev` says that its queues"
        " are empty; then remove it again and deploy."
        " `.venv/bin/ingest dlq list --env dev` shows its dead letters;"
        " `ingest dlq redrive` publishes them again, `ingest dlq drop` deletes them."
        " FORCE=1 (--force) deletes all of this."
    )


@pytest.mark.parametrize("actions", [DELETE, *REPLACEMENTS])
def test_the_refusal_names_every_resource_that_holds_data(actions: list[str]) -> None:
    url = made_queue()
    send(url)
    make_table()
    put_item("EQUIPMENT#e-1")
    put_item("EQUIPMENT#e-2")
    bucket = made_bucket(BUCKET, "uploads/sourceA/rows.csv")

    text = refusal(
        plan_of(
            changed("aws_dynamodb_table", actions, {"id": TABLE}),
            changed("aws_sqs_queue", actions, {"id": url}),
            changed("aws_s3_bucket", actions, bucket),
        )
    )

    assert f"table {TABLE} holds 2 items; queue {QUEUE} holds 1 message; bucket {BUCKET}" in text
    assert "`.venv/bin/ingest export ENTITY --env dev`" in text
    assert "`aws s3 sync s3://BUCKET DIRECTORY`" in text


def test_messages_in_flight_and_delayed_messages_are_counted() -> None:
    url = made_queue("changes-failures", DelaySeconds="900")
    for delay_seconds in (0, 0, 600):
        client("sqs").send_message(QueueUrl=url, MessageBody="{}", DelaySeconds=delay_seconds)
    client("sqs").receive_message(QueueUrl=url)

    text = refusal(plan_of(changed("aws_sqs_queue", DELETE, {"id": url})))

    assert "queue changes-failures holds 3 messages." in text


def test_a_plan_may_update_a_queue_that_holds_messages() -> None:
    url = made_queue()
    send(url)

    keep(plan_of(changed("aws_sqs_queue", ["update"], {"id": url})))

    assert client("sqs").receive_message(QueueUrl=url)["Messages"]


def test_a_plan_may_forget_a_queue_that_holds_messages() -> None:
    url = made_queue()
    send(url)

    keep(plan_of(changed("aws_sqs_queue", ["forget"], {"id": url})))

    assert client("sqs").receive_message(QueueUrl=url)["Messages"]


def test_a_plan_may_delete_empty_resources() -> None:
    make_table()
    plan = plan_of(
        changed("aws_sqs_queue", DELETE, {"id": made_queue()}),
        changed("aws_dynamodb_table", DELETE, {"id": TABLE}),
        changed("aws_s3_bucket", DELETE, made_bucket(BUCKET)),
    )

    keep(plan)

    assert client("dynamodb").describe_table(TableName=TABLE)


def test_a_plan_may_delete_resources_that_no_longer_exist(
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = made_queue()
    client("sqs").delete_queue(QueueUrl=url)
    plan = plan_of(
        changed("aws_sqs_queue", DELETE, {"id": url}),
        changed("aws_dynamodb_table", DELETE, {"id": "no-such-table"}),
        changed("aws_s3_bucket", DELETE, {"id": "no-such-bucket", "force_destroy": False}),
    )

    keep(plan, force=True)

    assert capsys.readouterr().err == ""


def test_a_queue_whose_creation_failed_is_counted_by_its_id() -> None:
    url = made_queue()
    send(url)
    tainted = {"id": url, "name": QUEUE, "url": None, "arn": None}
    unknown = {"after": {"name": QUEUE}, "after_unknown": {"id": True, "url": True}}

    text = refusal(plan_of(changed("aws_sqs_queue", ["delete", "create"], tainted, **unknown)))

    assert f"queue {QUEUE} holds 1 message." in text


def test_objects_that_terraform_created_are_not_counted() -> None:
    bucket = made_bucket(PACKAGES, ZIP["key"])
    plan = plan_of(
        changed("aws_s3_bucket", DELETE, bucket),
        changed("aws_s3_object", ["no-op"], ZIP),
        changed("aws_s3_object", ["create"], None),
    )

    keep(plan)
    client("s3").put_object(Bucket=PACKAGES, Key="theirs.zip", Body=b"zip")

    assert f"bucket {PACKAGES} holds 1 object." in refusal(plan)


def test_force_prints_what_is_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    url = made_queue()
    send(url)

    plan = plan_of(changed("aws_sqs_queue", DELETE, {"id": url}))
    keep(plan, force=True)

    expected = f"FORCE=1 (--force) deletes data: queue {QUEUE} holds 1 message.\n"
    assert capsys.readouterr().err == expected


@pytest.mark.parametrize("actions", [DELETE, *REPLACEMENTS])
@pytest.mark.parametrize("force", [False, True])
def test_a_protected_resource_is_refused_before_anything_is_applied(
    actions: list[str], force: bool
) -> None:
    make_table()
    protected = {"id": TABLE, "deletion_protection_enabled": True}
    kept = made_bucket(BUCKET, "uploads/sourceA/rows.csv") | {"force_destroy": False}

    text = refusal(
        plan_of(
            changed("aws_dynamodb_table", actions, protected),
            changed("aws_s3_bucket", actions, kept),
        ),
        force=force,
    )

    assert text.startswith("Nothing was applied, because a deletion in this plan would fail:")
    assert (
        f"table {TABLE} has deletion protection: set deletion_protection = false in `table`" in text
    )
    assert f"bucket {BUCKET} is not empty" in text
    assert text.endswith("Change these settings in config/dev.tfvars and apply the change first.")
