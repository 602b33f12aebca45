"""Runs `make plan` in the checkout, and yields its lines. The process ends with the console."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Thread

from ingestion.cli.checkout import Checkout
from ingestion.cli.output import ExitCode, exit_with_error

_LOOK_SECONDS = 0.2
_SECONDS_TO_END = 20  # Terraform gives back the lock of its state.
# What colours a terminal (CSI), names its window (OSC), or moves its cursor.
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
# A console that `make` started would pass these on.
_OF_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKE_TERMOUT", "MAKE_TERMERR")


def plan_command(environment: str) -> tuple[str, ...]:
    """Return the words of the command that shows what a deployment would change."""
    return ("make", "plan", *([] if environment == "local" else [f"ENV={environment}"]))


def read_lines(checkout: Checkout, words: Sequence[str], is_stopping: Event) -> Iterator[str]:
    """Yield the lines of a program as they are printed, without colours.

    The program ends early if the console stops. The command ends if the program fails. Raises
    OSError if there is no such program.
    """
    with _running(checkout, words, is_stopping) as process:
        for line in process.stdout or ():
            yield _ANSI.sub("", line).rstrip()
        code = process.wait()
    if code:
        exit_with_error(f"`{' '.join(words)}` ended with exit code {code}", ExitCode.REJECTED)


@contextmanager
def _running(
    checkout: Checkout, words: Sequence[str], is_stopping: Event
) -> Iterator[subprocess.Popen[str]]:
    """Run a program in a group of its own, so that all that it starts can be ended."""
    inherited = {name: value for name, value in os.environ.items() if name not in _OF_MAKE}
    process = subprocess.Popen(  # noqa: S603 - the words are ours, and no shell reads them
        words,
        cwd=checkout.root,
        env={**inherited, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    watching = Thread(target=_end_with, args=(process, is_stopping))
    watching.start()
    try:
        yield process
    finally:
        _end(process)
        watching.join()
        if process.stdout:
            process.stdout.close()


def _end_with(process: subprocess.Popen[str], is_stopping: Event) -> None:
    """End a program as soon as the console stops."""
    while process.poll() is None:
        if is_stopping.wait(_LOOK_SECONDS):
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End a program as Ctrl-C does, or by force if it does not end."""
    if process.poll() is not None:
        return
    _signal(process, signal.SIGINT)
    try:
        process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """Send a signal to a program and all that it started, if the other thread did not end it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
