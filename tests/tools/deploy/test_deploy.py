"""A deploy applies no plan that deletes data, unless it is forced."""

import json
import subprocess
from collections.abc import Callable

import pytest
import typer

from infra.tools.app import app, deploy
from infra.tools.deploy.deletions import DeletionRefused
from infra.tools.paths import ROOT
from infra.tools.schemas.files import SchemaRefused
from tests.tools.deploy.dev import HELD, Dev, breaking_plan, plan


class Terminal:
    """A user at a terminal who acts and then answers."""

    def __init__(self, act: Callable[[], object] = lambda: None, answer: str = "yes") -> None:
        self.act = act
        self.answer = answer

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        self.act()
        return f"{self.answer}\n"


def test_a_deploy_that_deletes_data_is_refused_even_without_a_question(dev: Dev) -> None:
    dev.send()

    with pytest.raises(DeletionRefused, match=HELD):
        dev.run("deploy", "dev", "--yes")

    assert dev.commands == ["init", "plan", "show"]
    assert not list(dev.directory.rglob("*.tfplan"))


def test_a_deploy_that_deletes_an_empty_queue_is_applied(dev: Dev) -> None:
    dev.run("deploy", "dev", "--yes")

    assert dev.commands == ["init", "plan", "show", "apply", "output"]


def test_a_deploy_that_changes_nothing_does_not_ask(
    dev: Dev, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(lambda: pytest.fail("asked")))
    dev.plan_file.write_text(json.dumps(plan(dev.queue_url) | {"applyable": False}))

    deploy(typer.Context(typer.main.get_command(app), obj=dev.directory), "dev", force=True)

    assert "apply" in dev.commands


def test_a_forced_deploy_prints_the_deleted_data_and_is_applied(dev: Dev) -> None:
    dev.send()

    result = dev.run("deploy", "dev", "--yes", "--force")

    assert result.stderr.count(f"FORCE=1 (--force) deletes data: {HELD}") == 1
    assert "apply" in dev.commands


def test_messages_that_arrive_before_the_answer_are_kept(
    dev: Dev, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(dev.send))

    with pytest.raises(DeletionRefused, match=HELD):
        deploy(typer.Context(typer.main.get_command(app), obj=dev.directory), "dev")

    assert "apply" not in dev.commands


@pytest.mark.parametrize("answer", ["n", "no", ""])
def test_any_answer_but_yes_applies_nothing(
    dev: Dev, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer=answer))

    with pytest.raises(typer.Abort):
        deploy(typer.Context(typer.main.get_command(app), obj=dev.directory), "dev")

    assert dev.commands == ["init", "plan", "show"]


def test_the_answer_yes_applies_the_plan(
    dev: Dev, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())

    deploy(typer.Context(typer.main.get_command(app), obj=dev.directory), "dev")

    assert (
        "Apply this plan to dev (eu-central-1 of account 123456789012)?" in capsys.readouterr().err
    )
    assert "apply" in dev.commands


def test_a_destroy_that_deletes_data_is_refused(dev: Dev) -> None:
    dev.send()

    with pytest.raises(DeletionRefused, match=HELD):
        dev.run("destroy", "dev", "--yes")

    assert dev.commands == ["init", "plan", "show"]


@pytest.mark.parametrize(
    "command", ["deploy dev --yes --force", "check-plan dev {directory}/plan.json"]
)
def test_a_plan_that_breaks_stored_rows_is_refused_before_the_apply(dev: Dev, command: str) -> None:
    dev.plan_file.write_text(json.dumps(breaking_plan(dev.queue_url)))

    with pytest.raises(SchemaRefused, match=r"PUMP\.size: the field was removed or renamed"):
        dev.run(*command.format(directory=dev.directory).split())

    assert "apply" not in dev.commands


def test_a_destroy_compares_no_schemas(dev: Dev) -> None:
    document = breaking_plan(dev.queue_url)
    document["resource_changes"][-1]["change"]["after"] = None
    dev.plan_file.write_text(json.dumps(document))

    dev.run("destroy", "dev", "--yes")

    assert "apply" in dev.commands


@pytest.mark.parametrize(
    ("value", "is_forced"), [("", False), ("0", False), ("no", False), ("1", True), ("yes", True)]
)
def test_make_forces_only_if_the_variable_is_set_to_yes(value: str, is_forced: bool) -> None:
    command = ["make", "-n", "up", f"FORCE={value}"]

    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert ("--force" in shown.splitlines()[-1]) == is_forced
