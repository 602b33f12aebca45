"""How every tool talks, and ends."""

import sys
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from infra.tools.errors import SetupError
from ingestion.errors import IngestionError

talk = Console(stderr=True)


def run_tool(tool: Callable[[], Any]) -> None:
    """Run a tool; what is missing, in the way or denied is said, without a traceback."""
    try:
        tool()
    except (SetupError, IngestionError, BotoCoreError, ClientError) as error:
        talk.print(f"{error}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
