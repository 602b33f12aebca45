"""A function cannot do what its role does not allow: the applied policies are enforced."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ingestion.cli.environment import Deployment
from tests.e2e.entity_requests import get, search
from tests.e2e.platform import in_index, post
from tests.support.browser.waiting import wait_for
from tests.support.factories import NOON, contract, event, event_fields, submission
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


def invoke(deployment: Deployment, function: str, message: Any) -> tuple[Any, str]:
    """Invoke a function with a queue's message, and return its answer and the log."""
    response = deployment.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps(batch(message)), LogType="Tail"
    )
    return json.load(response["Payload"]), base64.b64decode(response["LogResult"]).decode()


def work(deployment: Deployment, message: Any) -> tuple[list[str], str]:
    """Invoke the operator's worker with a message, and return the failed ids and the log."""
    worker = deployment.function_names["workers"]["operator"]
    answer, log = invoke(deployment, worker, message)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]], log


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


def stored_change(deployment: Deployment, name: str) -> str:
    """Store a contract of this name, wait until search finds it, and return its change."""
    assert post(deployment, "b", submission(contract(name)), key="sourceB").status == 202
    found = wait_for(lambda: search(deployment, f"contract_id:{name}").document["items"])
    cause = found[0]["event"] | {"received_at": NOON, "stored_at": NOON}
    data = {"before": None, "after": found[0]["entity"], "changed": [], "cause": cause}
    return json.dumps(event_fields(subject=name, type="contract.created", data=data))


@pytest.mark.parametrize(
    ("action", "error"),
    [
        ("dynamodb:BatchGetItem", "AccessDenied"),
        ("s3:GetObject", "AccessDenied"),
        ("s3:PutObject", "S3UploadFailedError"),
    ],
)
def test_a_change_is_indexed_only_with_the_grant(
    deployment: Deployment, action: str, error: str
) -> None:
    indexer = deployment.function_names["indexer"]
    message = record(stored_change(deployment, f"indexed-{action.rpartition(':')[2]}"))

    with without(deployment, indexer, action):
        denied, log = invoke(deployment, indexer, message)
    later, _ = invoke(deployment, indexer, message)

    assert "errorType" in denied
    assert error in log
    assert later == {"batchItemFailures": []}


@pytest.mark.parametrize("action", ["dynamodb:BatchGetItem", "s3:GetObject"])
def test_a_denied_search_gets_503(deployment: Deployment, action: str) -> None:
    stored_change(deployment, "searched")

    with without(deployment, deployment.function_names["search"], action):
        # The function looks for a newer index every two seconds.
        denied = wait_for(lambda: search(deployment, "searched").status == 503)
    later = search(deployment, "searched")

    assert denied
    assert later.status == 200
    assert [item["id"] for item in later.document["items"]] == ["searched"]
