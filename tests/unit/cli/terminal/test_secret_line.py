"""A secret is read from a terminal without showing it, and from a pipe in UTF-8."""

import subprocess
import sys

import pytest

from infra.tools.paths import ROOT
from tests.support.terminal.program import INTERRUPT, run_in_terminal

READ = """
from ingestion.cli.terminal.secret_line import read_secret_line

try:
    print(read_secret_line("Secret: ").encode().hex())
except ValueError as error:
    print("refused:", error)
"""
SECRET = "geheim-ü-€-and-more"


def read_from_pipe(content: bytes, encoding: str = "utf-8") -> str:
    """Return what a program prints whose standard input is a pipe."""
    ended = subprocess.run(
        [sys.executable, "-c", READ],
        input=content,
        capture_output=True,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
        check=True,
    )
    return ended.stdout.decode().strip()


def test_a_terminal_does_not_show_the_secret() -> None:
    shown = run_in_terminal(
        *(sys.executable, "-c", READ), interrupt_at="Secret: ", typed=f"{SECRET}\n".encode()
    )

    assert shown.code == 0
    assert shown.text.split() == ["Secret:", SECRET.encode().hex()]


def test_ctrl_c_ends_the_reading() -> None:
    shown = run_in_terminal(sys.executable, "-c", READ, interrupt_at="Secret: ", typed=INTERRUPT)

    assert shown.code != 0
    assert "KeyboardInterrupt" in shown.text


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"], ids=repr)
@pytest.mark.parametrize("encoding", ["utf-8:strict", "latin-1", "ascii"])
def test_a_pipe_is_read_as_utf_8_in_every_shell(encoding: str, ending: str) -> None:
    printed = read_from_pipe(f"{SECRET}{ending}".encode(), encoding)

    assert printed == SECRET.encode().hex()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"caf\xe9-and-sixteen-bytes", "refused: must be UTF-8"),
        ("\ufeffsecret".encode(), "refused: must not begin with a byte order mark"),
        ("secret".encode("utf-16"), "refused: must be UTF-8"),
        (b"name\tsecret", "refused: must not hold a tab"),
        (b"secret\t\n", "refused: must not hold a tab"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("encoding", ["utf-8:strict", "latin-1"])
def test_what_is_wrong_is_said_without_the_secret(
    content: bytes, message: str, encoding: str
) -> None:
    printed = read_from_pipe(content, encoding)

    assert printed.startswith(message)
    assert "secret" not in printed
