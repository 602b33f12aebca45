"""Runs `make plan` in the checkout, and yields its lines. The process ends with the console."""

import errno
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

from ingestion.cli.checkout import Checkout
from ingestion.cli.console.catalog_edit import run_with_parent
from ingestion.cli.output import ExitCode, exit_with_error

_LOOK_SECONDS = 0.2
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
        exit_with_error(
            f"`{' '.join(words)}` ended with exit code {code}: its last lines show why",
            ExitCode.REJECTED,
        )


@contextmanager
def _running(
    checkout: Checkout, words: Sequence[str], is_stopping: Event
) -> Iterator[subprocess.Popen[str]]:
    """Run a program that ends with this block and with the console, even after SIGKILL."""
    if shutil.which(words[0]) is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), words[0])
    inherited = {name: value for name, value in os.environ.items() if name not in _OF_MAKE}
    process = subprocess.Popen(  # noqa: S603 - the words are ours, and no shell reads them
        [sys.executable, "-I", run_with_parent.__file__, *words],
        cwd=checkout.root,
        env={**inherited, "NO_COLOR": "1"},
        stdin=subprocess.PIPE,  # Ends when the console ends.
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # Ctrl-C and the end of a terminal reach the console only.
    )
    watching = Thread(target=_end_with, args=(process, is_stopping))
    watching.start()
    with process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait()
            watching.join()


def _end_with(process: subprocess.Popen[str], is_stopping: Event) -> None:
    """End a program as soon as the console stops."""
    while process.poll() is None:
        if is_stopping.wait(_LOOK_SECONDS):
            process.terminate()
            process.wait()
