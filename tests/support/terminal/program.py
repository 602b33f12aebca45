"""Runs a program in a pseudo-terminal."""

import os
import pty
import signal
import subprocess
import termios
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from infra.tools.paths import ROOT

INTERRUPT = b"\x03"  # Ctrl-C.
_ROWS = 24
# A person's terminal has none of these.
_UNSET = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "CI", "GITHUB_ACTIONS")


class Shown(NamedTuple):
    """The exit code of a program, and what the terminal got."""

    code: int
    text: str


def run_in_terminal(
    *command: str | Path,
    variables: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    columns: int = 80,
    interrupt_at: str = "",
    typed: bytes = INTERRUPT,
    on_output: Callable[[bytes, int], None] = lambda _output, _process_id: None,
) -> Shown:
    """Run a program. Press Ctrl-C, or type something else, once the terminal shows `interrupt_at`.

    `on_output` gets each piece of the output, and the id of the process.
    """
    ours, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (_ROWS, columns))
    environment = {name: value for name, value in os.environ.items() if name not in _UNSET}
    with subprocess.Popen(
        command,
        cwd=cwd,
        env={**environment, "TERM": "xterm-256color", **(variables or {})},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=_take_terminal,
    ) as process:
        os.close(terminal)
        shown, is_pressed = b"", not interrupt_at
        while chunk := _read(ours):
            shown += chunk
            if not is_pressed and interrupt_at.encode() in shown:
                os.write(ours, typed)
                is_pressed = True
            on_output(chunk, process.pid)
    os.close(ours)
    return Shown(process.returncode, shown.decode())


def _take_terminal() -> None:
    """Let the terminal control the new process, and Ctrl-C end it.

    A shell that starts the tests in the background makes all processes ignore Ctrl-C.
    """
    os.close(os.open(os.ttyname(0), os.O_RDWR))
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _read(terminal: int) -> bytes:
    """Return what was written. Empty after the program has ended, which Linux reports as error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
