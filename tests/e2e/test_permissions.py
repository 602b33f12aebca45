"""What a role may not do, its function cannot: the applied policies are enforced."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ingestion.cli.environment import Deployment
from tests.e2e.test_platform import in_index
from tests.e2e.test_queries import get
from tests.support.factories import batch, contract, event, record


@contextmanager
def without(deployment: Deployment, function: str, action: str) -> Iterator[None]:
    """Take one action away from a function's role for a while."""
    iam = deployment.client("iam")
    found = deployment.client("lambda").get_function_configuration(FunctionName=function)
    policy = {"RoleName": found["Role"].rpartition("/")[2], "PolicyName": "this"}
    document: dict[str, Any] = iam.get_role_policy(**policy)["PolicyDocument"]
    others = [
        it | {"Action": [granted for granted in it["Action"] if granted != action]}
        for it in document["Statement"]
    ]
    less = document | {"Statement": [it for it in others if it["Action"]]}
    assert less != document
    iam.put_role_policy(**policy, PolicyDocument=json.dumps(less))
    try:
        yield
    finally:
        iam.put_role_policy(**policy, PolicyDocument=json.dumps(document))


def work(deployment: Deployment, message: Any) -> tuple[list[str], str]:
    """Have the operator's worker store a message: what it gives back, and what it logs."""
    answer = deployment.client("lambda").invoke(
        FunctionName=deployment.function_names["workers"]["operator"],
        Payload=json.dumps(batch(message)),
        LogType="Tail",
    )
    failures = json.load(answer["Payload"])["batchItemFailures"]
    log = base64.b64decode(answer["LogResult"]).decode()
    return [it["itemIdentifier"] for it in failures], log


def test_a_worker_stores_nothing_without_the_grant_and_all_with_it(deployment: Deployment) -> None:
    message = record(event(contract("granted"), source="operator"))
    worker = deployment.function_names["workers"]["operator"]

    with without(deployment, worker, "dynamodb:PutItem"):
        failures, log = work(deployment, message)
        stored = "CONTRACT#granted" in in_index(deployment, "CONTRACT")
    later, _ = work(deployment, message)

    assert (failures, stored) == ([message["messageId"]], False)
    assert "AccessDenied" in log
    assert later == []
    assert "CONTRACT#granted" in in_index(deployment, "CONTRACT")


def test_readers_are_told_to_repeat_where_a_read_is_denied(deployment: Deployment) -> None:
    with without(deployment, deployment.function_names["query"], "dynamodb:GetItem"):
        denied, listed = get(deployment, "CONTRACT/no-such"), get(deployment, "CONTRACT")
    later = get(deployment, "CONTRACT/no-such")

    assert [it.status for it in (denied, listed, later)] == [503, 200, 404]
