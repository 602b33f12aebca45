"""Prints the messages and the errors of every tool."""

import sys
from collections.abc import Callable
from typing import Any

from infra.tools.errors import SetupError
from ingestion.cli.output import MessageConsole
from ingestion.cli.start.failures import EXPECTED, describe_failure
from ingestion.cli.start.streams import escape_missing_characters

console = MessageConsole(soft_wrap=True)


def run_tool(tool: Callable[[], Any]) -> None:
    """Run a tool. Print an expected error without a traceback, and exit with 1 (Ctrl-C: 130)."""
    escape_missing_characters()
    try:
        tool()
    except (SetupError, *EXPECTED) as error:
        console.print(describe_failure(error), style="red")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
