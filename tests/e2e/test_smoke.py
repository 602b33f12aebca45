"""`make smoke` on the applied platform: it proves every step, and leaves nothing behind."""

import json
import re
from typing import Any

import pytest

from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout
from tests.e2e.platform import in_index
from tests.support.browser.waiting import wait_for

STEPS = [
    "event accepted",
    "unknown key refused",
    "row read",
    "change received",
    "dead letter dropped",
    "file stored",
]


def smoke(checkout: Checkout, *arguments: str) -> Any:
    return checkout.run("-m", "infra.tools.deploy.smoke", *arguments, check=False)


@pytest.mark.parametrize("source", ["sourceA", "sourceB"])
def test_every_step_passes_and_nothing_stays(
    checkout: Checkout, deployment: Deployment, source: str
) -> None:
    result = smoke(checkout, "local", "--source", source)

    assert result.returncode == 0, result.stderr
    assert re.findall(r"^ok  ([a-z ]+) \(", result.stderr, re.MULTILINE) == STEPS
    [name] = set(re.findall(r"smoke-[0-9a-f]{12}", result.stderr))
    s3, sqs = deployment.client("s3"), deployment.client("sqs")
    entity = {"sourceA": "EQUIPMENT", "sourceB": "CONTRACT"}[source]
    wait_for(lambda: not any(name in key for key in in_index(deployment, entity)))
    versions = s3.list_object_versions(Bucket=deployment.bucket_name).get("Versions", [])
    assert [found["Key"] for found in versions if name in found["Key"]] == []
    assert sqs.list_queues(QueueNamePrefix="ingest-tail").get("QueueUrls", []) == []
    url = deployment.dead_letter_queue_urls[source]
    left = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    assert [message for message in left if name in message["Body"]] == []


def test_a_step_that_fails_ends_the_run_with_its_reason(
    checkout: Checkout, deployment: Deployment
) -> None:
    broken = checkout.directory / ".stack" / "broken" / "outputs.json"
    broken.parent.mkdir(exist_ok=True)
    outputs = json.loads((checkout.state / "outputs.json").read_text())
    broken.write_text(json.dumps(outputs | {"api_keys": {"sourceA": "x" * 32}}))

    result = smoke(checkout, "broken")

    assert result.returncode == 1
    assert "a got 403: " in result.stderr
    assert "ok " not in result.stderr
    queues = deployment.client("sqs").list_queues(QueueNamePrefix="ingest-tail")
    assert queues.get("QueueUrls", []) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere",), "run `make outputs ENV=nowhere`"),
        (("local", "--source", "sourceX"), "SOURCE must be one of"),
    ],
)
def test_an_unknown_environment_or_source_is_refused(
    checkout: Checkout, arguments: tuple[str, ...], message: str
) -> None:
    result = smoke(checkout, *arguments)

    assert result.returncode == 1
    assert message in result.stderr


def test_an_api_that_does_not_respond_is_named(checkout: Checkout) -> None:
    silent = checkout.directory / ".stack" / "silent" / "outputs.json"
    silent.parent.mkdir()
    outputs = json.loads((checkout.state / "outputs.json").read_text())
    silent.write_text(json.dumps(outputs | {"api_url": "http://127.0.0.1:9"}))

    result = smoke(checkout, "silent")

    assert result.returncode == 1
    assert "no response from http://127.0.0.1:9/" in result.stderr
    assert "Traceback" not in result.stderr
