"""No log and no output of a command holds contents, keys or secrets."""

from collections.abc import Iterator

import pytest

from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout
from tests.e2e.lifecycle.canary.canary import (
    CONTENTS,
    dead_letter_events,
    has_logged,
    post_all,
    read_and_correct,
    send_from_the_command,
    upload_files,
)
from tests.e2e.lifecycle.leaks import MOST_LINES, leaks, logs, secrets
from tests.e2e.platform import in_index
from tests.support.browser.waiting import wait_for


@pytest.fixture(scope="module")
def command_output(
    checkout: Checkout, deployment: Deployment, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Do everything once, and return what the command printed."""
    post_all(deployment)
    read_and_correct(deployment)
    responses = [
        *upload_files(checkout, deployment, tmp_path_factory.mktemp("files")),
        *dead_letter_events(checkout, deployment),
        send_from_the_command(checkout),
    ]
    stored = {"CONTRACT#canary-1", "CONTRACT#canary-2", "CONTRACT#canary-row"}
    wait_for(lambda: stored <= in_index(deployment, "CONTRACT").keys())
    wait_for(lambda: has_logged(deployment, "web-subscriber", "DeliveryRetried"))
    return "\n".join(responses)


@pytest.fixture
def long_log(deployment: Deployment) -> Iterator[str]:
    """Create a log that is longer than one page of the emulator, and return its group."""
    client, group = deployment.client("logs"), "canary-long"
    where = {"logGroupName": group, "logStreamName": "this"}
    client.create_log_group(logGroupName=group)
    client.create_log_stream(**where)
    for first in (0, MOST_LINES):
        lines = [
            {"timestamp": 1 + n // 2, "message": f"line {n}"}
            for n in range(first, first + MOST_LINES)
        ]
        client.put_log_events(**where, logEvents=lines)
    yield group
    client.delete_log_group(logGroupName=group)


def test_every_line_of_a_long_log_is_read_once(deployment: Deployment, long_log: str) -> None:
    lines = [line for name, line in logs(deployment) if name == long_log]

    assert lines == [f"line {n}" for n in range(2 * MOST_LINES)]


@pytest.mark.usefixtures("command_output")
def test_no_log_holds_contents_keys_or_secrets(checkout: Checkout, deployment: Deployment) -> None:
    canaries = [*CONTENTS, *secrets(checkout)]

    found = [(name, leaks(line, canaries), line) for name, line in logs(deployment)]

    assert [finding for finding in found if finding[1]] == []
    groups = {name.rpartition("ingestion-local")[2].strip("-/") for name, _, _ in found}
    assert {
        "api",
        "query",
        "changes",
        "extractor",
        "inserter",
        "sourceB-worker",
        "audit",
    } <= groups, groups
    assert leaks((checkout.state / "emulator.log").read_text(), canaries) == []


def test_the_command_prints_no_contents_keys_or_secrets(
    command_output: str, checkout: Checkout
) -> None:
    assert leaks(command_output, [*CONTENTS, *secrets(checkout)]) == []
    assert "invalid_entity" in command_output


def test_neither_apply_nor_plan_prints_a_secret(checkout: Checkout) -> None:
    files = (checkout.state / "plan.log", checkout.state / "apply.log", checkout.up_log)
    printed = "".join(file.read_text() for file in files)
    planned = checkout.run("-c", PLAN_OF_ALL).stdout

    assert "aws_api_gateway_api_key" in printed
    assert "SUBSCRIBER_URL" in planned
    assert leaks(printed + planned, secrets(checkout)) == []


# A plan to destroy shows every resource with its settings.
PLAN_OF_ALL = """
from infra.tools.stack.local_environment import LocalEnvironment
stack = LocalEnvironment()
stack.init()
stack.plan("-destroy", "-refresh=false", "-no-color", "-lock=false")
"""
