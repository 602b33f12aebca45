"""A reset of the local stack shows what it deletes, and asks before it deletes data."""

from pathlib import Path
from typing import Any

import pytest
import typer
from botocore.exceptions import EndpointConnectionError

from infra.tools.errors import SetupError
from infra.tools.stack.local_environment import LocalEnvironment
from tests.e2e.conftest import free_port
from tests.support.terminal import in_process
from tests.tools.stack.stacks import QUEUE, Elsewhere, queue_with_a_message

# The emulator outlives the object that started it.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")


class Unreachable(Elsewhere):
    """A local stack whose emulator does not respond."""

    def client(self, service: str, *_: object, **__: object) -> Any:
        raise EndpointConnectionError(endpoint_url=service)


def test_a_reset_prints_what_the_emulator_holds_and_deletes_it(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = Elsewhere(directory, free_port())
    stack.emulator.start()
    queue_with_a_message(stack.client("sqs"))

    stack.reset()

    assert capsys.readouterr().err == (
        f"Deleting the local stack in {stack.directory}: queue {QUEUE} holds 1 message.\n"
        "Deleted. `make up` creates a new stack.\n"
    )
    assert stack.emulator.process is None
    assert not stack.directory.exists()


def test_a_reset_without_a_terminal_keeps_data_that_cannot_be_counted(directory: Path) -> None:
    stack = Elsewhere(directory, 1)

    with pytest.raises(SetupError, match=r"Nothing was deleted\. .* give FORCE=1 \(--force\)"):
        stack.reset()

    assert stack.directory.exists()


@pytest.mark.parametrize(("typed", "is_kept"), [("n\n", True), ("y\n", False)])
def test_a_reset_on_a_terminal_asks_before_it_deletes_counted_data(
    directory: Path, typed: str, is_kept: bool
) -> None:
    stack = Elsewhere(directory, free_port())
    stack.emulator.start()
    queue_with_a_message(stack.client("sqs"))

    shown = in_process.show(lambda: reset_on_a_terminal(stack), 200, typed)
    is_running = stack.emulator.process is not None
    stack.emulator.stop()

    assert f": queue {QUEUE} holds 1 message.\n" in shown.text
    assert "Delete all data? [y/N]: " in shown.text
    assert (shown.exit_code == 1, stack.directory.exists()) == (is_kept, is_kept)
    assert is_running == is_kept


def reset_on_a_terminal(stack: LocalEnvironment) -> int:
    try:
        stack.reset()
    except typer.Abort:
        return 1
    return 0


@pytest.mark.parametrize(("typed", "is_kept"), [("n\n", True), ("y\n", False)])
def test_a_reset_asks_before_it_deletes_the_data_of_a_stopped_stack(
    directory: Path, typed: str, is_kept: bool
) -> None:
    stack = Elsewhere(directory, 1)

    shown = in_process.show(lambda: reset_on_a_terminal(stack), 200, typed)

    assert "cannot be counted, because the emulator does not respond. `make up`" in shown.text
    assert "Delete all data uncounted? [y/N]: " in shown.text
    assert (shown.exit_code == 1, stack.directory.exists()) == (is_kept, is_kept)


def test_a_forced_reset_deletes_data_that_cannot_be_counted(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = Elsewhere(directory, free_port())
    stack.emulator.start()

    Unreachable(directory, stack.wanted_port).reset(force=True)

    assert "all its data, which could not be counted." in capsys.readouterr().err
    assert not stack.directory.exists()


def test_a_reset_without_a_stack_says_that_it_deleted_nothing(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = Elsewhere(directory, 1)
    stack.directory.rmdir()

    stack.reset()

    assert capsys.readouterr().err == "There is no local stack. Nothing was deleted.\n"
