"""Runs a program in a pseudo-terminal."""

import os
import pty
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from infra.tools.paths import ROOT

INTERRUPT = b"\x03"  # Ctrl-C.


class Shown(NamedTuple):
    """The exit code of a program, and what the terminal got."""

    code: int
    text: str


def run_in_terminal(
    *command: str | Path,
    variables: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    interrupt_at: str = "",
) -> Shown:
    """Run a program. Press Ctrl-C once the terminal shows `interrupt_at`."""
    ours, terminal = pty.openpty()
    environment = {n: v for n, v in os.environ.items() if n not in ("NO_COLOR", "FORCE_COLOR")}
    with subprocess.Popen(
        command,
        cwd=cwd,
        env={**environment, "TERM": "xterm", **(variables or {})},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # Makes it control us.
    ) as process:
        os.close(terminal)
        shown, is_pressed = b"", not interrupt_at
        while chunk := _read(ours):
            shown += chunk
            if not is_pressed and interrupt_at.encode() in shown:
                os.write(ours, INTERRUPT)
                is_pressed = True
    os.close(ours)
    return Shown(process.returncode, shown.decode())


def _read(terminal: int) -> bytes:
    """Return what was written. Empty after the program has ended, which Linux reports as error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
