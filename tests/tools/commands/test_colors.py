"""Programs get no color codes for a pipe, and colors for a terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.tools.paths import ROOT
from tests.support.terminal.program import run_in_terminal
from tests.tools.deploy.test_terraform import fake_terraform

PLAN = """
from pathlib import Path
from infra.tools.deploy import terraform
terraform.run(Path("."), {}, "plan", "-out=x")
"""
# Prints what the programs of a target get.
PRINT = """
include Makefile
print:
	@echo "NO_COLOR=$$NO_COLOR"
"""


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    return {"TERRAFORM": str(fake_terraform(tmp_path, 'echo "$@"'))}


def test_terraform_prints_colors_on_a_terminal_only(variables: dict[str, str]) -> None:
    shown = run_in_terminal(sys.executable, "-c", PLAN, variables=variables)
    unwanted = run_in_terminal(sys.executable, "-c", PLAN, variables={**variables, "NO_COLOR": "1"})
    piped = subprocess.run(
        [sys.executable, "-c", PLAN],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=True,
    )

    assert shown.text == "-chdir=. plan -out=x\r\n"
    assert unwanted.text == "-chdir=. plan -no-color -out=x\r\n"
    assert piped.stdout == "-chdir=. plan -no-color -out=x\n"


def test_make_asks_every_program_for_no_colors_in_a_pipe(tmp_path: Path) -> None:
    makefile = tmp_path / "Makefile"
    makefile.write_text(PRINT)
    command = ("make", "-f", str(makefile), "print")
    inherited = {n: v for n, v in os.environ.items() if n not in ("NO_COLOR", "MAKE_TERMOUT")}

    shown = run_in_terminal(*command)
    piped = subprocess.run(
        command, cwd=ROOT, env=inherited, capture_output=True, text=True, check=True
    )

    assert shown.text == "NO_COLOR=\r\n"
    assert piped.stdout == "NO_COLOR=1\n"
