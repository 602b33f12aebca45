"""A plan ends with the console, however the console ends."""

import os
import select
import signal
from pathlib import Path

import httpx
import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.conftest import Ingest
from tests.support.browser.console import COMMAND_IN_FOLDER, Console, running_console

END_SECONDS = 120


@pytest.fixture
def held(run: Ingest, checkout: Checkout) -> Path:  # noqa: ARG001 - makes the outputs
    """Return a pipe that a program of `make plan` holds open. Only Ctrl-C ends the program."""
    pipe = checkout.root / "held"
    os.mkfifo(pipe)
    (checkout.root / "Makefile").write_text(f"plan:\n\t@exec tail -f /dev/null > {pipe}\n")
    return pipe


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_a_plan_ends_with_the_console(
    held: Path, checkout: Checkout, number: signal.Signals
) -> None:
    with running_console(checkout.root, command=COMMAND_IN_FOLDER) as console:
        start_plan(console)
        with held.open("rb") as reader:  # Opens as soon as the program holds the other end.
            console.process.send_signal(number)
            code = console.process.wait(END_SECONDS)
            ended, _, _ = select.select([reader], [], [], END_SECONDS)

    assert code == (0 if number == signal.SIGHUP else -number)
    assert ended, "the program of the plan still runs"


def start_plan(console: Console) -> None:
    with httpx.Client(base_url=console.origin, headers={"Origin": console.origin}) as browser:
        browser.get("/static/icon.svg", params={"token": console.url.partition("token=")[2]})
        response = browser.post("/sources/sourceB/plan")

    assert response.status_code == 303, response.text
