"""A function cannot do what its role does not allow: the applied policies are enforced."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ingestion.cli.environment import Deployment
from tests.e2e.entity_requests import get
from tests.e2e.platform import in_index, post, wait_for
from tests.support.factories import contract, event, submission
from tests.support.invocations import batch, record


@contextmanager
def without(deployment: Deployment, function: str, action: str) -> Iterator[None]:
    """Remove one action from a function's role inside the block."""
    iam = deployment.client("iam")
    found = deployment.client("lambda").get_function_configuration(FunctionName=function)
    policy = {"RoleName": found["Role"].rpartition("/")[2], "PolicyName": "this"}
    document: dict[str, Any] = iam.get_role_policy(**policy)["PolicyDocument"]
    others = [
        statement | {"Action": [granted for granted in statement["Action"] if granted != action]}
        for statement in document["Statement"]
    ]
    less = document | {"Statement": [statement for statement in others if statement["Action"]]}
    assert less != document
    iam.put_role_policy(**policy, PolicyDocument=json.dumps(less))
    try:
        yield
    finally:
        iam.put_role_policy(**policy, PolicyDocument=json.dumps(document))


def work(deployment: Deployment, message: Any) -> tuple[list[str], str]:
    """Invoke the operator's worker with a message, and return the failed ids and the log."""
    response = deployment.client("lambda").invoke(
        FunctionName=deployment.function_names["workers"]["operator"],
        Payload=json.dumps(batch(message)),
        LogType="Tail",
    )
    failures = json.load(response["Payload"])["batchItemFailures"]
    log = base64.b64decode(response["LogResult"]).decode()
    return [failure["itemIdentifier"] for failure in failures], log


def test_a_worker_stores_a_record_only_with_the_grant(deployment: Deployment) -> None:
    message = record(event(contract("granted"), source="operator"))
    worker = deployment.function_names["workers"]["operator"]

    with without(deployment, worker, "dynamodb:PutItem"):
        failures, log = work(deployment, message)
        stored = "CONTRACT#granted" in in_index(deployment, "CONTRACT")
    later, _ = work(deployment, message)

    assert failures == [message["messageId"]]
    assert stored is False
    assert "AccessDenied" in log
    assert later == []
    assert "CONTRACT#granted" in in_index(deployment, "CONTRACT")


def test_a_denied_read_gets_503(deployment: Deployment) -> None:
    with without(deployment, deployment.function_names["query"], "dynamodb:GetItem"):
        denied, listed = get(deployment, "CONTRACT/no-such"), get(deployment, "CONTRACT")
    later = get(deployment, "CONTRACT/no-such")

    assert [response.status for response in (denied, listed, later)] == [503, 200, 404]


@pytest.mark.parametrize("action", ["dynamodb:BatchGetItem", "dynamodb:Query"])
def test_a_denied_read_by_time_gets_503(deployment: Deployment, action: str) -> None:
    by_time = "CONTRACT?changed_since=2026-01-01T00:00:00Z"
    assert post(deployment, "b", submission(), key="sourceB").status == 202
    wait_for(lambda: bool(get(deployment, by_time).document["items"]))

    with without(deployment, deployment.function_names["query"], action):
        denied = get(deployment, by_time)

    assert denied.status == 503
