"""How every tool talks, and ends."""

import sys
from collections.abc import Callable
from typing import Any

from rich.console import Console

from infra.tools.errors import SetupError
from ingestion.errors import IngestionError

talk = Console(stderr=True)


def run_tool(tool: Callable[[], Any]) -> None:
    """Run a tool; what is missing or in the way is said, without a traceback."""
    try:
        tool()
    except (SetupError, IngestionError) as error:
        talk.print(f"{error}", style="red", markup=False, highlight=False)
        sys.exit(1)
