"""What happens while a service is away, what is counted and logged, and what the API may do."""

from typing import Any

import pytest
from botocore.client import BaseClient

from tests.integration.cloud import Cloud
from tests.integration.quarantine.conftest import (
    RANDOM,
    item,
    payload,
    pointers,
)
from tests.support.canned import aws_error, intercept
from tests.support.factories import CANARY, Json, api_key, lines
from tests.support.invocations import request
from tests.support.logs import emf


def _s3(cloud: Cloud) -> tuple[BaseClient, str]:
    return cloud.api_runtime.payloads.quarantine.s3, "PutObject"


def _sqs(cloud: Cloud) -> tuple[BaseClient, str]:
    return cloud.api_runtime.payloads.quarantine.sqs, "SendMessage"


def _sns(cloud: Cloud) -> tuple[BaseClient, str]:
    return cloud.api_runtime.router.sns, "PublishBatch"


@pytest.mark.parametrize("service", [_s3, _sqs, _sns], ids=["S3", "SQS", "SNS"])
def test_a_sender_gets_503_while_a_service_is_away_and_its_retry_doubles_nothing(
    cloud: Cloud, service: Any
) -> None:
    answers: list[Any] = [aws_error("AccessDenied", 403), None, None, None]
    cloud.post(RANDOM)  # Makes the clients.
    pointers(cloud)
    client, operation = service(cloud)
    intercept(client, operation, lambda _: answers.pop(0))
    body = payload(item("c-1"), item("c-2", type="lease"))

    refused = cloud.post(body)
    accepted = cloud.post(body)

    cloud.work(*cloud.queued())
    found = pointers(cloud)
    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
    assert accepted.status == 202
    assert len(found) == 1
    assert cloud.content(found[0]["key"])
    assert list(cloud.rows()) == ["CONTRACT#c-1"]


def test_a_kept_request_is_counted_and_no_log_line_has_a_part_of_it(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = {"X-GitHub-Delivery": f"{CANARY}-header"}
    cloud.ask(request("b", f'{{"{CANARY}"'.encode(), source="sourceB", headers=headers))
    cloud.post(payload(item("c-1"), item(f"{CANARY}#", type=CANARY)))

    printed = capsys.readouterr().out
    counted = emf.published(lines(printed))
    assert counted["RequestQuarantined", "sourceB"] == 2
    assert counted["RequestQuarantined", "sourceB", "unreadable_payload"] == 1
    assert counted["EventAccepted", "sourceB"] == 1
    assert not any(name[0] == "EventRejected" for name in counted)
    assert CANARY not in printed
    assert api_key("sourceB") not in printed


def test_the_api_may_only_add_requests_and_dead_letters(cloud: Cloud) -> None:
    [function] = [each for each in cloud.plan.functions if each.name == "ingestion-test-api"]

    about: list[Json] = [
        {"action": action, "resource": resource.rpartition(":")[2]}
        for action, resource in sorted(function.grants)
        if "quarantine" in resource or action.startswith("sqs")
    ]

    assert about == [
        {"action": "s3:PutObject", "resource": "ingestion-test-drop/quarantine/*"},
        {"action": "sqs:SendMessage", "resource": "ingestion-test-sourceB-dlq.fifo"},
    ]
    assert "{source}" in function.environment["QUARANTINE_QUEUE_URL"]
