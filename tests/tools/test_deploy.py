"""A deploy applies no plan that deletes data, unless it is forced."""

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import typer
from moto import mock_aws
from typer.testing import CliRunner, Result

from infra.tools.app import app, deploy
from infra.tools.deploy.deletions import DeletionRefused
from infra.tools.deploy.state_bucket import StateBucket
from infra.tools.errors import SetupError
from infra.tools.paths import ROOT
from infra.tools.schemas.files import SchemaRefused
from tests.tools.test_stack import write_environment

QUEUE = "ingestion-dev-sourceA.fifo"
HELD = f"queue {QUEUE} holds 1 message."
# Records its commands, and shows the plan beside it.
TERRAFORM = """#!/bin/sh
cd "$(dirname "$0")"
echo "$2" >> commands
case "$2" in show) cat plan.json;; output) echo '{}';; plan) exit "$(cat code || echo 0)";; esac
"""


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


@dataclass(frozen=True)
class Dev:
    """An environment whose next plan deletes a queue, and its stand-in for Terraform."""

    directory: Path
    queue_url: str

    @property
    def plan_file(self) -> Path:
        return self.directory / "plan.json"

    @property
    def commands(self) -> list[str]:
        return (self.directory / "commands").read_text().split()

    def run(self, *arguments: str) -> Result:
        """Run a command of the tools in a checkout that has this environment."""
        return CliRunner().invoke(app, arguments, obj=self.directory, catch_exceptions=False)

    def send(self) -> None:
        boto3.client("sqs", region_name="eu-central-1").send_message(
            QueueUrl=self.queue_url,
            MessageBody="{}",
            MessageGroupId="g",
            MessageDeduplicationId="d",
        )


def plan(queue_url: str, **variables: str) -> dict[str, Any]:
    known = {"environment": "dev", "region": "eu-central-1"} | variables
    change = {"actions": ["delete"], "before": {"id": queue_url}, "after": None}
    queue = {"address": "aws_sqs_queue.this", "mode": "managed", "type": "aws_sqs_queue"}
    return {
        "variables": {name: {"value": value} for name, value in known.items()},
        "resource_changes": [queue | {"change": change}],
        "applyable": True,
    }


def breaking_plan(queue_url: str) -> dict[str, Any]:
    """Return a plan that removes a field of an entity whose rows the environment stores."""
    kept = {"entity": "PUMP", "breaking": [], "fields": {}}
    lost = {"size": {"required": False, "types": [{"type": "string"}]}}
    contents = [json.dumps({"PUMP": record}) for record in (kept | {"fields": lost}, kept)]
    before, after = ({"bucket": "b", "key": "k", "content": text} for text in contents)
    schemas = {
        "address": "module.schemas.aws_s3_object.this",
        "type": "aws_s3_object",
        "change": {"actions": ["update"], "before": before, "after": after},
    }
    document = plan(queue_url)
    document["resource_changes"].append(schemas)
    return document


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dev]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("TF_VAR_package_file", str(tmp_path / "package.zip"))
    monkeypatch.setenv("TERRAFORM", str(tmp_path / "terraform"))
    write_environment(tmp_path)
    program = tmp_path / "terraform"
    program.write_text(TERRAFORM)
    program.chmod(0o755)
    with mock_aws():
        sqs = boto3.client("sqs", region_name="eu-central-1")
        url = sqs.create_queue(QueueName=QUEUE, Attributes={"FifoQueue": "true"})["QueueUrl"]
        dev = Dev(tmp_path, url)
        StateBucket(
            boto3.client("s3", region_name="eu-west-1"), "states", "eu-west-1", "123456789012"
        ).create()
        dev.plan_file.write_text(json.dumps(plan(url)))
        yield dev


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


def test_a_saved_plan_that_deletes_data_is_refused(dev: Dev) -> None:
    dev.send()

    with pytest.raises(DeletionRefused, match=HELD):
        dev.run("check-plan", "dev", str(dev.plan_file))

    assert dev.commands == ["init", "show"]


@pytest.mark.usefixtures("dev")
def test_a_saved_plan_that_deletes_no_data_passes(dev: Dev) -> None:
    result = dev.run("check-plan", "dev", str(dev.plan_file))

    assert result.exit_code == 0
    assert result.stdout == "plan.json deletes no data.\n"


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


@pytest.mark.parametrize("other", [{"environment": "prod"}, {"region": "us-east-1"}])
def test_a_plan_of_another_environment_is_not_checked(dev: Dev, other: dict[str, str]) -> None:
    dev.plan_file.write_text(json.dumps(plan(dev.queue_url, **other)))

    with pytest.raises(SetupError, match="name the environment that the plan was made for"):
        dev.run("check-plan", "dev", str(dev.plan_file))


def test_a_missing_plan_file_is_wrong_usage(dev: Dev) -> None:
    result = dev.run("check-plan", "dev", str(dev.directory / "none"))

    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("code", "said"), [(0, "No drift: dev matches"), (2, "Drift: dev differs from")]
)
def test_drift_exits_with_2_if_an_apply_would_change_something(
    dev: Dev, code: int, said: str
) -> None:
    (dev.directory / "code").write_text(str(code))

    result = dev.run("drift", "dev")

    assert result.exit_code == code
    assert dev.commands == ["init", "plan"]
    assert result.stdout.startswith(f"{said} the code")


def test_exit_code_2_without_a_question_for_changes_is_a_failure(dev: Dev) -> None:
    (dev.directory / "code").write_text("2")

    with pytest.raises(SetupError, match="terraform plan failed"):
        dev.run("deploy", "dev", "--yes")

    assert dev.commands == ["init", "plan"]


def test_a_drift_that_cannot_be_planned_is_an_error(dev: Dev) -> None:
    (dev.directory / "code").write_text("1")

    with pytest.raises(SetupError, match="terraform plan failed, see above"):
        dev.run("drift", "dev")


@pytest.mark.parametrize(
    ("value", "is_forced"), [("", False), ("0", False), ("no", False), ("1", True), ("yes", True)]
)
def test_make_forces_only_if_the_variable_is_set_to_yes(value: str, is_forced: bool) -> None:
    command = ["make", "-n", "up", f"FORCE={value}"]

    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert ("--force" in shown.splitlines()[-1]) == is_forced
