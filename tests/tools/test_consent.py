"""Nothing is done to an account unasked, unless that was said."""

import os
import pty
import subprocess
import sys

import pytest

from infra.tools.paths import ROOT

ASK = """
from infra.tools.deploy.consent import ask, require_somebody_to_ask
from infra.tools.run import run_tool
def tool():
    require_somebody_to_ask(yes={yes})
    ask("Apply?", yes={yes})
    print("done")
run_tool(tool)
"""


def asked(answer: str) -> subprocess.CompletedProcess[str]:
    """What became of a question at a terminal where `answer` is typed."""
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    try:
        return run(ASK.format(yes=False), theirs)
    finally:
        os.close(ours)
        os.close(theirs)


def run(script: str, stdin: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script]
    return subprocess.run(
        command, stdin=stdin, capture_output=True, text=True, check=False, cwd=ROOT
    )


def test_a_yes_at_the_terminal_lets_it_be_done() -> None:
    answer = asked("yes")

    assert answer.stdout == "done\n"
    assert "Apply?" in answer.stderr


@pytest.mark.parametrize("typed", ["y", "no", "", "Yes please"])
def test_anything_else_does_nothing(typed: str) -> None:
    answer = asked(typed)

    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "nothing was done" in answer.stderr


def test_without_a_terminal_it_is_refused_with_what_would_do() -> None:
    answer = run(ASK.format(yes=False), subprocess.DEVNULL)

    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "YES=1" in answer.stderr


def test_what_was_allowed_before_is_not_asked() -> None:
    answer = run(ASK.format(yes=True), subprocess.DEVNULL)

    assert answer.stdout == "done\n"
    assert "Apply?" not in answer.stderr
