"""Queues are made as planned, before Terraform imports them."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.tools.stack import queues

SOURCE = 'module.source["sourceA"].aws_sqs_queue'
DLQ_ARN = "arn:aws:sqs:eu-central-1:123456789012:a-dlq.fifo"


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("sqs", region_name="eu-central-1")


def planned_queue(address: str, name: str, *actions: str, **settings: object) -> dict[str, Any]:
    after = {"name": name, "fifo_queue": name.endswith(".fifo"), "tags_all": {"project": "x"}}
    change = {"actions": list(actions) or ["create"], "after": after | settings}
    return {"address": address, "type": "aws_sqs_queue", "change": change}


def plan_of(*changes: dict[str, Any]) -> dict[str, Any]:
    return {"resource_changes": changes}


def names(sqs: Any) -> list[str]:
    return [url.rpartition("/")[2] for url in sqs.list_queues().get("QueueUrls", [])]


def test_a_queue_is_made_as_planned_after_the_dead_letter_queue_that_it_names(sqs: Any) -> None:
    redrive = json.dumps({"deadLetterTargetArn": DLQ_ARN, "maxReceiveCount": 5})
    queue = planned_queue(
        f"{SOURCE}.this", "a.fifo", redrive_policy=redrive, visibility_timeout_seconds=60
    )

    made = queues.create_queues(sqs, plan_of(queue, planned_queue(f"{SOURCE}.dlq", "a-dlq.fifo")))

    url = made[f"{SOURCE}.this"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert found["FifoQueue"] == "true"
    assert found["VisibilityTimeout"] == "60"
    assert json.loads(found["RedrivePolicy"])["deadLetterTargetArn"] == DLQ_ARN
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"project": "x"}
    assert made[f"{SOURCE}.dlq"].endswith("/a-dlq.fifo")


def test_an_existing_queue_is_left_for_terraform_to_correct(sqs: Any) -> None:
    url = sqs.create_queue(QueueName="failures", Attributes={"VisibilityTimeout": "7"})["QueueUrl"]
    address = "module.files.aws_sqs_queue.failures"

    made = queues.create_queues(
        sqs, plan_of(planned_queue(address, "failures", visibility_timeout_seconds=60))
    )

    assert made == {address: url}
    response = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    assert response["Attributes"] == {"VisibilityTimeout": "7"}


def test_only_queues_that_a_plan_would_create_are_made(sqs: Any) -> None:
    plan = plan_of(
        planned_queue(f"{SOURCE}.this", "there.fifo", "no-op"),
        planned_queue(f"{SOURCE}.dlq", "replaced.fifo", "delete", "create"),
        {"address": "a.b", "type": "aws_sns_topic", "change": {"actions": ["create"]}},
    )

    made = queues.create_queues(sqs, plan)

    assert made == {}
    assert names(sqs) == []
