"""Runs a command in this process as in a terminal: on a pseudo-terminal of a given width."""

import os
import pty
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread
from typing import NamedTuple

ROWS = 40
_FILES = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


class Shown(NamedTuple):
    """What a person sees, and the exit code."""

    text: str
    exit_code: int

    @property
    def lines(self) -> list[str]:
        """Return the lines without their ends."""
        return self.text.splitlines()


def show(command: Callable[[], int], columns: int, typed: str = "") -> Shown:
    """Run the command on a terminal of this width, on which a person types."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (ROWS, columns))
    printed: list[bytes] = []
    reader = Thread(target=_read_all, args=[ours, printed])
    reader.start()
    try:
        os.write(ours, typed.encode())
        with _standard_streams(theirs):
            exit_code = command()
    finally:
        os.close(theirs)
        reader.join()
        os.close(ours)
    return Shown(b"".join(printed).decode().replace("\r\n", "\n"), exit_code)


def _read_all(terminal: int, printed: list[bytes]) -> None:
    """Read until the last program has closed its side."""
    try:
        while read := os.read(terminal, 65_536):
            printed.append(read)
    except OSError:  # Linux ends the reading of a closed terminal with EIO.
        return


@contextmanager
def _standard_streams(terminal: int) -> Iterator[None]:
    """Replace the standard streams of Python and of the process by the terminal."""
    with ExitStack() as undo:
        for number, (name, mode) in enumerate(_FILES):
            undo.callback(_restore, os.dup(number), number)
            os.dup2(terminal, number)
            stream = os.fdopen(os.dup(terminal), mode, encoding="utf-8")
            undo.callback(stream.close)
            undo.callback(setattr, sys, name, getattr(sys, name))
            setattr(sys, name, stream)
        yield


def _restore(saved: int, number: int) -> None:
    os.dup2(saved, number)
    os.close(saved)
