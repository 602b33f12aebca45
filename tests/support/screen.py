"""A pseudo-terminal: runs a command and returns what a person sees on the screen at the end."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

_LINES_KEPT = 2_000


class Screen:
    """A terminal of some columns, which keeps all lines that scroll out of it."""

    def __init__(self, columns: int = 80, height: int = _LINES_KEPT) -> None:
        self.columns = columns
        self.height = height
        self.screen = pyte.Screen(columns, height)
        self.stream = pyte.ByteStream(self.screen)

    @property
    def lines(self) -> list[str]:
        """Return the lines up to the last one with text, without blanks at their ends."""
        lines = [line.rstrip() for line in self.screen.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    @property
    def text(self) -> str:
        """Return the lines as one text."""
        return "\n".join(self.lines)

    def run(
        self,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
        seconds: float = 120,
        on_output: Callable[[int], None] = lambda _: None,
    ) -> int:
        """Run a command in this terminal, and return its exit code.

        `on_output` gets the process's id after each output, for example to interrupt it. Raises
        TimeoutError if the command does not end within the time.
        """
        ours, theirs = pty.openpty()
        size = struct.pack("HHHH", min(self.height, 24), self.columns, 0, 0)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
        variables = {**(environment or os.environ), "TERM": "xterm-256color"}
        for name in ("NO_COLOR", "COLUMNS", "LINES", "CI", "GITHUB_ACTIONS"):
            variables.pop(name, None)
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=variables,
            cwd=directory,
            start_new_session=True,
        )
        os.close(theirs)
        try:
            self._show_until_closed(ours, process, time.monotonic() + seconds, on_output)
            return process.wait(timeout=seconds)
        finally:
            os.close(ours)
            if process.poll() is None:
                process.kill()
                process.wait()

    def _show_until_closed(
        self,
        terminal: int,
        process: "subprocess.Popen[bytes]",
        deadline: float,
        on_output: Callable[[int], None],
    ) -> None:
        while time.monotonic() < deadline:
            if not select.select([terminal], [], [], 0.2)[0]:
                if process.poll() is not None:
                    return
                continue
            try:
                output = os.read(terminal, 65_536)
            except OSError:  # Linux: the other side is closed.
                return
            if not output:
                return
            self.stream.feed(output)
            on_output(process.pid)
        raise TimeoutError(f"still running; the screen shows:\n{self.text}")
