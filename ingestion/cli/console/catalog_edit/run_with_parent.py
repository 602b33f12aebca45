"""Runs a program, and ends all that it started when its own parent ends or asks for it.

The console runs this file with its own Python. It imports nothing of the project.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from threading import Event, Thread
from typing import IO

_SECONDS_TO_END = 20  # Terraform gives back the lock of its state.
_CHUNK_BYTES = 65_536
_STDIN, _STDOUT = 0, 1


def run(words: list[str]) -> int:
    """Print what the program prints, and return its exit code.

    stdin is a pipe of the parent: it ends when the parent ends, even after SIGKILL.
    """
    is_ending = Event()
    signal.signal(signal.SIGTERM, lambda *_: is_ending.set())
    # A signal that is ignored here would be ignored in the program, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(  # noqa: S603 - the words are the console's, and no shell reads them
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    Thread(target=_wait_for_parent, args=(is_ending,), daemon=True).start()
    ending = Thread(target=_end_at, args=(process, is_ending), daemon=True)
    ending.start()
    if process.stdout:
        _pass_on(process.stdout)
    code = process.wait()
    if is_ending.is_set():
        ending.join()
    return code


def _wait_for_parent(is_ending: Event) -> None:
    while os.read(_STDIN, 1):
        pass
    is_ending.set()


def _end_at(process: subprocess.Popen[bytes], is_ending: Event) -> None:
    """End the program as Ctrl-C does, then end by force what is left of its group."""
    is_ending.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS_TO_END)
        os.killpg(process.pid, signal.SIGKILL)


def _pass_on(printed: IO[bytes]) -> None:
    """Write what the program prints. Without a reader, the program can still print and end."""
    is_read = True
    while chunk := os.read(printed.fileno(), _CHUNK_BYTES):
        try:
            while is_read and chunk:
                chunk = chunk[os.write(_STDOUT, chunk) :]
        except BrokenPipeError:
            is_read = False


if __name__ == "__main__":
    code = run(sys.argv[1:])
    sys.exit(code if code >= 0 else 128 - code)
