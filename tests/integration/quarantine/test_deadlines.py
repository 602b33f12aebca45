"""A request that takes too long gets 503 in time, and the same request may be sent again."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from botocore.client import BaseClient

from ingestion.handlers import api
from ingestion.http.http_problem import HttpProblem
from ingestion.http.quarantine.kept_request import KeptRequest
from ingestion.http.quarantine.quarantine import S3_SECONDS
from ingestion.http.quarantine.reason import Reason
from ingestion.settings import CALL_SECONDS, WORK_SECONDS
from tests.integration.cloud import Cloud
from tests.integration.quarantine.conftest import RULE, SIGNED, item, kept, payload, pointers
from tests.integration.senders.conftest import SourceB
from tests.integration.senders.signers import SIGNERS
from tests.support.factories import Json
from tests.support.terraform.planned import Plan
from tests.support.terraform.planning import plan

SLACK = SIGNERS["slack"]
COLD_START_SECONDS = 2
KEPT = KeptRequest(
    source="sourceB",
    request_id="r-1",
    received_at="2026-01-31T12:00:00.000000Z",
    reasons=[Reason(reason="unmatched", message="no rule")],
    headers={},
    query={},
    body="e30=",
)


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan("signed-quarantine", {"sourceB": SIGNED})


@pytest.fixture
def source(cloud: Cloud) -> SourceB:
    source = SourceB(cloud)
    keys: Json = {"auth": "hmac", "signature": "slack", "on_invalid": "quarantine"}
    source.configure(SLACK.secrets[0], map=[RULE], **keys)
    return source


def work_for(cloud: Cloud, seconds: float) -> None:
    """Let the API work on each request for so long."""
    cloud.api_runtime = replace(cloud.api_runtime, work_seconds=seconds)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        pytest.param('{"orders": 1}', S3_SECONDS, id="no time for S3"),
        pytest.param('{"contracts": [{"id": "c-1"}]}', 0, id="no time"),
    ],
)
def test_a_request_without_time_to_keep_it_gets_503_and_may_be_sent_again(
    source: SourceB, body: str, seconds: float
) -> None:
    signed = SLACK.headers(body)
    work_for(source.cloud, seconds)
    refused = source.post(signed, body)
    found = kept(source.cloud)
    work_for(source.cloud, WORK_SECONDS)

    accepted = source.post(signed, body)

    assert (refused.status, refused.headers["Retry-After"], found) == (503, "5", [])
    assert accepted.status == 202
    assert len(kept(source.cloud)) == len(pointers(source.cloud)) == 1


def test_a_request_without_time_to_publish_gets_503_and_may_be_sent_again(source: SourceB) -> None:
    body = json.dumps(payload(item("c-1")))
    signed = SLACK.headers(body)
    work_for(source.cloud, CALL_SECONDS)
    refused = source.post(signed, body)
    work_for(source.cloud, WORK_SECONDS)

    accepted = source.post(signed, body)

    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
    assert refused.statuses == ["not_taken"]
    assert (accepted.status, accepted.statuses) == (202, ["accepted"])


def test_a_dead_letter_is_not_written_without_time(cloud: Cloud) -> None:
    quarantine = cloud.api_runtime.payloads.quarantine

    with pytest.raises(HttpProblem, match="repeat it after Retry-After") as refusal:
        quarantine.write_dead_letter(KEPT, "key", [], None, time.monotonic() + CALL_SECONDS - 1)

    assert refusal.value.status == 503
    assert pointers(cloud) == []


def test_the_work_on_a_request_ends_before_the_gateway_and_the_function(cloud: Cloud) -> None:
    [function] = [each for each in cloud.plan.functions if each.name == "ingestion-test-api"]

    assert cloud.api_runtime.work_seconds == WORK_SECONDS
    assert function.timeout_seconds >= WORK_SECONDS + CALL_SECONDS + COLD_START_SECONDS


def longest(client: BaseClient) -> float:
    """Return how long a call may take: all attempts, and pauses of 1 s."""
    config: Any = client.meta.config
    attempts = config.retries["total_max_attempts"]
    seconds: float = attempts * (config.connect_timeout + config.read_timeout) + attempts - 1
    return seconds


def test_no_call_takes_longer_than_the_deadline_assumes(cloud: Cloud) -> None:
    runtime: api.Runtime = cloud.api_runtime
    quarantine, signed = runtime.payloads.quarantine, runtime.callers.signed
    clients = [quarantine.sqs, runtime.router.sns, signed.secrets.client, signed.guard.dynamodb]

    assert {longest(client) for client in clients} == {CALL_SECONDS}
    assert longest(quarantine.s3) == S3_SECONDS
