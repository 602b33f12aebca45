"""The local stack applies plans, refuses to delete data, and is reset."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from infra.tools.deploy.deletions import DeletionRefused
from infra.tools.errors import SetupError
from infra.tools.stack.emulator import Emulator
from infra.tools.stack.local_environment import LocalEnvironment
from infra.tools.stack.up import apply_changes
from tests.e2e.conftest import free_port
from tests.tools.stack.stacks import QUEUE, Elsewhere, queue_with_a_message

# The emulator outlives the object that started it.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")


class Moto(Elsewhere):
    """A local stack without an emulator."""

    def client(self, service: str, region: str | None = None, config: Config | None = None) -> Any:
        return boto3.client(  # type: ignore[call-overload]
            service, region_name=region or "us-east-1", config=config
        )


@pytest.fixture
def queue_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A queue that holds a message."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield queue_with_a_message(boto3.client("sqs", region_name="us-east-1"))


def show(directory: Path, *deleted: str, file: str = "shown.json") -> None:
    """Write the plan that Terraform shows: it deletes queues."""
    changes = [
        {
            "address": "module.m.aws_sqs_queue.this",
            "type": "aws_sqs_queue",
            "change": {"actions": ["delete"], "before": {"id": url}},
        }
        for url in deleted
    ]
    (directory / file).write_text(json.dumps({"resource_changes": changes}))


def commands(directory: Path) -> list[str]:
    return (directory / "commands").read_text().split()


def test_a_failed_apply_is_planned_and_applied_once_more(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show(directory)
    show(directory, file="again.json")
    stack = Moto(directory, 1)

    apply_changes(stack, force=False)

    assert commands(directory) == ["plan", "show", "apply"] * 2
    said = capsys.readouterr().err
    assert "terraform apply failed:" in said
    assert "The apply is retried once" in said


def test_a_plan_that_deletes_messages_is_not_applied(directory: Path, queue_url: str) -> None:
    show(directory, queue_url)

    with pytest.raises(DeletionRefused, match=f"queue {QUEUE} holds 1 message[.]"):
        apply_changes(Moto(directory, 1), force=False)

    assert commands(directory) == ["plan", "show"]


def test_the_plan_of_a_retried_apply_is_checked_too(directory: Path, queue_url: str) -> None:
    show(directory)
    show(directory, queue_url, file="again.json")

    with pytest.raises(DeletionRefused, match=f"queue {QUEUE} holds 1 message[.]"):
        apply_changes(Moto(directory, 1), force=False)

    assert commands(directory).count("apply") == 1


def test_force_prints_the_deleted_data_and_applies_the_plan(
    directory: Path, queue_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show(directory, queue_url)

    apply_changes(Moto(directory, 1), force=True)

    assert f"deletes data: queue {QUEUE} holds 1 message." in capsys.readouterr().err
    assert commands(directory)[-1] == "apply"


def test_a_stop_says_where_the_data_is_and_a_second_one_that_nothing_ran(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = Elsewhere(directory, free_port())
    stack.emulator.start()

    stack.stop()
    first = capsys.readouterr().err
    stack.stop()

    assert first == (
        f"Stopped the local stack on port {stack.wanted_port}. Its data is in {stack.directory}."
        " `make up` starts it again.\n"
    )
    assert capsys.readouterr().err == "The local stack was not running.\n"


def test_a_taken_port_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(SetupError, match=rf"Port {port} is used.*PORT={port + 1}"):
            Emulator(tmp_path, port).start()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_what_is_no_port_is_refused(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)

    with pytest.raises(SetupError, match=f"not '{port}'"):
        LocalEnvironment()
