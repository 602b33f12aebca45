"""Runs a command in a pseudo-terminal, and keeps what a person sees there."""

import os
import pty
import re
import signal
import subprocess
import termios
import time
from collections.abc import Mapping
from select import select
from typing import Self

_SEQUENCE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b\][^\x07]*\x07|(.)", re.DOTALL)
_DEADLINE_SECONDS = 60


class Screen:
    """The text of a terminal of this width, and of all lines above it."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._lines: list[list[str]] = [[]]
        self._row = self._column = 0

    @property
    def text(self) -> str:
        """Return the lines that are visible, without blanks at their ends."""
        return "\n".join("".join(line).rstrip() for line in self._lines).rstrip()

    def feed(self, output: str) -> None:
        """Show an output with the sequences that Rich uses."""
        for parameter, command, character in _SEQUENCE.findall(output):
            if command == "A":
                self._row = max(0, self._row - int(parameter or 1))
            elif command == "K":
                line = self._lines[self._row]
                line[:] = [] if parameter == "2" else line[: self._column]
            elif character == "\r":
                self._column = 0
            elif character == "\n":
                self._break_line()
            elif character:
                self._show(character)

    def _show(self, character: str) -> None:
        if self._column == self._columns:
            self._column = 0
            self._break_line()
        line = self._lines[self._row]
        line.extend(" " * (self._column + 1 - len(line)))
        line[self._column] = character
        self._column += 1

    def _break_line(self) -> None:
        self._row += 1
        if self._row == len(self._lines):
            self._lines.append([])


class Terminal:
    """A command that runs in a terminal of its own."""

    def __init__(self, command: list[str], variables: Mapping[str, str], columns: int = 80) -> None:
        self._ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (50, columns))
        without = {name: value for name, value in os.environ.items() if name not in _SIZES}
        self._process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**without, "TERM": "xterm-256color", **variables},
            start_new_session=True,
        )
        os.close(theirs)
        self.screen = Screen(columns)
        self.output = ""
        self._deadline = time.monotonic() + _DEADLINE_SECONDS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def press_ctrl_c(self) -> None:
        """Interrupt the command, as the terminal does."""
        self._process.send_signal(signal.SIGINT)

    def wait_for_end(self) -> int:
        """Show everything that the command prints, and return its exit code."""
        while self._show_more():
            pass
        return self._process.wait()

    def wait_for(self, text: str) -> None:
        """Show what the command prints until the text was printed."""
        while text not in self.output:
            assert self._show_more(), f"ended without {text!r}: {self.screen.text}"

    def _show_more(self) -> bool:
        ready, _, _ = select([self._ours], [], [], max(0, self._deadline - time.monotonic()))
        assert ready, f"the command does not end: {self.screen.text}"
        try:
            printed = os.read(self._ours, 65_536).decode(errors="replace")
        except OSError:  # The last program has closed the terminal.
            return False
        self.output += printed
        self.screen.feed(printed)
        return bool(printed)


_SIZES = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CI", "GITHUB_ACTIONS")
