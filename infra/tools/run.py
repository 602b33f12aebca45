"""Prints the messages, the progress and the errors of every tool."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from infra.tools.errors import SetupError
from infra.tools.progress import SECONDS, Progress, repeated
from ingestion.cli.output import MessageConsole
from ingestion.cli.start.failures import EXPECTED, describe_failure
from ingestion.cli.start.streams import escape_missing_characters

console = MessageConsole(soft_wrap=True)


@contextmanager
def show_step(title: str, total: int = 0, *, seconds: float = SECONDS) -> Iterator[Progress]:
    """Show a step on a terminal in place, otherwise by a line every `seconds`."""
    progress = Progress(title, total)
    shown = (
        console.status(progress)
        if console.is_terminal
        else repeated(lambda: console.print(progress.text), seconds)
    )
    with shown:
        yield progress


def run_tool(tool: Callable[[], Any]) -> None:
    """Run a tool. Print an expected error without a traceback, and exit with 1 (Ctrl-C: 130)."""
    escape_missing_characters()
    try:
        tool()
    except (SetupError, *EXPECTED) as error:
        _exit(describe_failure(error))
    except subprocess.CalledProcessError as error:
        _exit(f"The command {error.cmd[0]} failed with exit code {error.returncode}.")
    except KeyboardInterrupt:
        _exit("Stopped. Run the same command again to continue.", 130)


def _exit(message: str, code: int = 1) -> None:
    console.print(message, style="red")
    sys.exit(code)
