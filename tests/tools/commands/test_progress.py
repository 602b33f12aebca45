"""Long steps show how far they are: in place on a terminal, by lines in a log."""

import re
import sys
import time
from pathlib import Path

import pytest

from infra.tools.deploy import terraform
from infra.tools.deploy.resource_progress import count_changes, resource_name
from infra.tools.errors import SetupError
from infra.tools.paths import ROOT
from infra.tools.progress import SECONDS, Progress
from infra.tools.run import show_step
from tests.support.terminal.program import run_in_terminal
from tests.tools.deploy.test_terraform import fake_terraform

OUTPUT = """\
module.files.data.aws_iam_policy.this: Reading...
module.source["bikes"].aws_sqs_queue.this: Creating...
module.source["bikes"].aws_sqs_queue.this: Still creating... [10s elapsed]
module.source["bikes"].aws_sqs_queue.this: Creation complete after 12s [id=q: Creation complete]
module.api.module.function.aws_lambda_function.this: Modifications complete after 1s [id=api]
module.store.aws_dynamodb_table.old: Destruction complete after 1s
"""
IN_A_TERMINAL = """
import time
from infra.tools.run import show_step

with show_step("Applying", 2) as progress:
    progress.count("queue bikes")
    time.sleep(0.3)
"""


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ('module.source["bikes"].aws_sqs_queue.this', "queue bikes"),
        ("module.api.module.function.aws_lambda_function.this", "function api"),
        ('module.source["a.b"].module.worker.aws_iam_role_policy.this[0]', "role policy a.b"),
        ('module.api.aws_api_gateway_method.this["POST a/uploads"]', "method POST a/uploads"),
        ("module.store.aws_dynamodb_table.this", "table store"),
        ("module.router.aws_sqs_queue.unrouted", "queue unrouted"),
        ("aws_s3_bucket.this", "bucket"),
        ("terraform_data.checks", "terraform data checks"),
    ],
)
def test_a_resource_has_a_name_for_people(address: str, name: str) -> None:
    assert resource_name(address) == name


def test_the_changes_of_a_plan_are_counted_as_terraform_reports_them() -> None:
    actions = (["create"], ["no-op"], ["read"], ["update"], ["delete", "create"], ["delete"])
    plan = {"resource_changes": [{"change": {"actions": each}} for each in actions]}

    assert count_changes(plan) == 5
    assert count_changes({}) == 0


def test_each_finished_resource_is_counted_and_all_output_is_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "output").write_text(OUTPUT)
    monkeypatch.setenv("TERRAFORM", str(fake_terraform(tmp_path, f"cat {tmp_path}/output")))
    progress = Progress("Applying", 3)
    seen = []
    progress.count = lambda part: seen.append(part)  # type: ignore[method-assign]

    terraform.run(tmp_path, {}, "apply", log=tmp_path / "log", progress=progress)

    assert seen == ["queue bikes", "function api", "table old"]
    assert (tmp_path / "log").read_text() == OUTPUT


def test_a_failed_step_shows_every_line_of_the_errors_and_names_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = [f"Error: no permission {n}\n\n  on main.tf line {n}:" for n in range(40)]
    (tmp_path / "errors").write_text("\n".join(errors))
    script = f"echo thing.this: Creating...; cat {tmp_path}/errors >&2; exit 1"
    monkeypatch.setenv("TERRAFORM", str(fake_terraform(tmp_path, script)))

    with pytest.raises(SetupError, match="terraform apply failed:\n") as raised:
        terraform.run(tmp_path, {}, "apply", log=tmp_path / "log")

    assert all(error in str(raised.value) for error in errors)
    assert f"The whole output is in {tmp_path / 'log'}." in str(raised.value)
    assert "Creating" not in str(raised.value)
    assert (tmp_path / "log").read_text() == "thing.this: Creating...\n" + "\n".join(errors)


def test_a_locked_state_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "echo 'Error: Error acquiring the state lock' >&2; exit 1"
    monkeypatch.setenv("TERRAFORM", str(fake_terraform(tmp_path, script)))

    with pytest.raises(SetupError, match="another run holds the environment's state"):
        terraform.run(tmp_path, {}, "apply", log=tmp_path / "log")


def test_a_log_gets_a_line_at_intervals_and_no_control_character(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with show_step("Applying", 118, seconds=0.01) as progress:
        for n in range(37):
            progress.count(f"queue {n}")
        printed = ""
        while "queue 36" not in printed:
            printed += capsys.readouterr().err
            time.sleep(0.01)

    assert SECONDS == 10
    assert "Applying: 37 of 118: queue 36 (0 s)\n" in printed
    assert "\x1b" not in printed


def test_two_lines_about_the_same_part_differ_by_the_elapsed_time() -> None:
    progress = Progress("Planning")
    first = progress.text

    while (later := progress.text) == first:
        time.sleep(0.01)

    assert first == "Planning … (0 s)"
    assert re.fullmatch(r"Planning … \([1-9]\d* s\)", later)


def test_a_short_step_prints_nothing_in_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    with show_step("Packaging the functions") as progress:
        progress.count("code")

    assert capsys.readouterr().err == ""


def test_a_terminal_shows_the_step_in_place() -> None:
    shown = run_in_terminal(sys.executable, "-c", IN_A_TERMINAL)

    assert shown.code == 0
    assert "Applying: 1 of 2: queue bikes" in re.sub(r"\x1b\[[\d;?]*\w", "", shown.text)
    assert shown.text.endswith("\x1b[?25h\r\x1b[1A\x1b[2K")  # Shows the cursor, clears the line.


INTERRUPTED = """
from pathlib import Path
from infra.tools.deploy import terraform
from infra.tools.run import run_tool, show_step


def apply():
    with show_step("Applying", 2) as progress:
        terraform.run(Path("."), {}, "apply", log=Path("log"), progress=progress)


run_tool(apply)
"""
# Ends the resource that it has begun, as Terraform does.
SLOW_TERRAFORM = """
trap 'echo "a.b: Creation complete after 1s"; echo saved > state; exit 1' INT
echo "aws_sqs_queue.a: Creation complete after 1s"
for _ in $(seq 300); do sleep 0.1; done
"""


def test_after_ctrl_c_terraform_saves_its_state(tmp_path: Path) -> None:
    program = fake_terraform(tmp_path, SLOW_TERRAFORM)
    variables = {"TERRAFORM": str(program), "PYTHONPATH": str(ROOT)}

    shown = run_in_terminal(
        *(sys.executable, "-c", INTERRUPTED),
        variables=variables,
        cwd=tmp_path,
        interrupt_at="1 of 2: queue a",
    )

    assert shown.code == 130
    assert (tmp_path / "state").read_text() == "saved\n"
    assert "a.b: Creation complete" in (tmp_path / "log").read_text()
    assert "Terraform ends what it has begun, and saves its state." in shown.text
    assert "Stopped. Run the same command again to continue." in shown.text
    assert "Traceback" not in shown.text
