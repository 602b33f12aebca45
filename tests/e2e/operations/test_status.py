"""`ingest status` names what an operator did and what fails on the applied platform."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from ingestion.cli.environment import Deployment
from tests.e2e.commands import ingest_here
from tests.e2e.conftest import Checkout
from tests.e2e.platform import in_index, post, wait_until_idle
from tests.e2e.test_permissions import without
from tests.support.browser.waiting import wait_for
from tests.support.factories import contract, submission
from tests.support.terminal.program import run_in_terminal

SOURCE = "sourceB"
CURSOR_UP = "\x1b[1A"  # To draw the table again.


def shown(checkout: Checkout) -> str:
    """Return the table of all parts, and what needs attention."""
    return ingest_here(checkout, "status").stdout


def status(checkout: Checkout, source: str = SOURCE) -> Any:
    """Return what the command says of a source: its fields, and the texts about it by problem."""
    result = ingest_here(checkout, "status", "--source", source, "-o", "json")
    document = json.loads(result.stdout)
    [found] = document["parts"]
    return found | {each["problem"]: each["text"] for each in document["attention"]}


@pytest.fixture
def paused(checkout: Checkout, deployment: Deployment) -> Iterator[None]:
    wait_until_idle(deployment)
    ingest_here(checkout, "pause", SOURCE)
    yield
    ingest_here(checkout, "resume", SOURCE)


@pytest.mark.usefixtures("paused")
def test_a_paused_source_shows_its_depth_and_its_pause_until_it_is_resumed(
    checkout: Checkout, deployment: Deployment
) -> None:
    posted = [post(deployment, "b", submission(contract(f"s{n}")), key=SOURCE) for n in range(3)]

    found = wait_for(lambda: (now := status(checkout))["depth"] == 3 and now)
    table = shown(checkout)
    ingest_here(checkout, "resume", SOURCE)
    wait_for(lambda: "CONTRACT#s2" in in_index(deployment, "CONTRACT"))
    after = wait_for(lambda: (now := status(checkout))["depth"] == 0 and now)

    assert {response.status for response in posted} == {202}
    assert "and 3 messages wait. SQS deletes each message 14 days after" in found["paused"]
    assert found["last_event_at"] is not None
    assert found["oldest_age_seconds"] is None  # The emulator does not measure it.
    assert [line.split()[:4] for line in table.splitlines() if line.startswith(SOURCE)] == [
        [SOURCE, "3", "0", "–"]  # noqa: RUF001 - the dash of an unknown age
    ]
    assert "paused" not in after
    assert after["lag_seconds"] > 0


def test_a_worker_that_cannot_write_is_named_with_its_error(
    checkout: Checkout, deployment: Deployment
) -> None:
    worker = deployment.function_names["workers"][SOURCE]

    with without(deployment, worker, "dynamodb:PutItem"):
        posted = post(deployment, "b", submission(contract("broken")), key=SOURCE)
        # On a busy machine a call may time out before the first one is refused.
        found = wait_for(
            lambda: "AccessDenied" in (now := status(checkout)).get("fails", "") and now
        )

    assert posted.status == 202
    assert found["in_flight"] >= 1
    assert re.search(r"The worker of sourceB fails: \d+ failed attempts?", found["fails"])
    assert "TransientFailure AccessDeniedException at store/table.py" in found["fails"]


@pytest.fixture
def crashing(deployment: Deployment) -> Iterator[str]:
    """Remove a setting without which the worker cannot start."""
    functions = deployment.client("lambda")
    worker = deployment.function_names["workers"]["sourceC"]
    found = functions.get_function_configuration(FunctionName=worker)["Environment"]["Variables"]
    less = {name: value for name, value in found.items() if name != "TABLE_NAME"}
    functions.update_function_configuration(FunctionName=worker, Environment={"Variables": less})
    yield worker
    functions.update_function_configuration(FunctionName=worker, Environment={"Variables": found})


@pytest.mark.usefixtures("crashing")
def test_a_worker_that_does_not_start_is_named(checkout: Checkout, deployment: Deployment) -> None:
    body = {"milestone_id": "crash", "contract_id": "c-1"}

    posted = post(deployment, "c", submission(body, entity_name="MILESTONE"), key="sourceC")
    found = wait_for(lambda: "fails" in (now := status(checkout, "sourceC")) and now)

    assert posted.status == 202
    assert re.match(r"The worker of sourceC fails: \d+ failed calls? in the last", found["fails"])
    assert found["fails"].endswith("Z: The function does not start: 'TABLE_NAME'")
    lines = ingest_here(checkout, "logs", "--source", "sourceC", "--since", "2m").stdout
    assert "worker sourceC  ERROR  [ERROR] The function does not start: 'TABLE_NAME'" in lines


def test_refused_requests_are_named(checkout: Checkout, deployment: Deployment) -> None:
    refused = post(deployment, "b", submission(contract("refused")), key="sourceA")
    found = wait_for(lambda: "requests_refused" in (now := status(checkout)) and now)
    traced = ingest_here(checkout, "trace", str(refused.headers["X-Request-Id"]))

    assert refused.status == 403
    assert "refused with 403 (wrong or missing credentials)" in found["requests_refused"]
    assert "refused: 403" in traced.stdout


def test_a_subscriber_whose_endpoint_does_not_respond_is_named(
    checkout: Checkout, deployment: Deployment
) -> None:
    body = {"milestone_id": "undelivered", "contract_id": "c-1"}
    key = {"milestone_id": "undelivered"}
    made = submission(body, entity_name="MILESTONE")
    deleted = submission(key, entity_name="MILESTONE", operation="delete")

    post(deployment, "c", made, key="sourceC")
    wait_for(lambda: "MILESTONE#undelivered" in in_index(deployment, "MILESTONE"))
    post(deployment, "c", deleted, key="sourceC")
    said: str = wait_for(lambda: ("delivery to" in (now := shown(checkout)) and now) or None)

    assert re.search(r"- The delivery to subscriber web fails: \d+ failed attempts? in the", said)
    assert ": TransientFailure NewConnectionError" in said
    assert "Next: ingest logs --function 'delivery web' --since 15m" in said


WATCH = (sys.executable, "-m", "ingestion.cli.app", "status", "--watch", "--every", "1")


def test_a_watch_in_a_terminal_is_redrawn_until_ctrl_c(checkout: Checkout) -> None:
    watched = run_in_terminal(
        *WATCH,
        variables={"PYTHONPATH": str(checkout.directory)},
        cwd=checkout.directory,
        interrupt_at=CURSOR_UP,
    )

    assert watched.code == 0
    assert watched.text.count("Press Ctrl-C to stop.") >= 2
    assert "Traceback" not in watched.text


def test_a_watch_in_a_pipe_prints_a_block_each_time_until_ctrl_c(checkout: Checkout) -> None:
    environment = {**os.environ, "PYTHONPATH": str(checkout.directory)}
    watch = subprocess.Popen(
        WATCH,
        cwd=checkout.directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watch.stdout
    with watch:
        blocks = list(islice((line for line in watch.stdout if line.startswith("operator")), 2))
        watch.send_signal(signal.SIGINT)
        _, errors = watch.communicate(timeout=60)

    assert len(blocks) == 2
    assert CURSOR_UP not in "".join(blocks)
    assert (watch.returncode, errors) == (0, "")
