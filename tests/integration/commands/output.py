"""What commands print."""

import json
from typing import Any

from typer.testing import Result


def document(result: Result) -> Any:
    assert result.exit_code in (0, 4), result.stderr
    return json.loads(result.stdout)


def message(result: Result) -> str:
    """Return what a command printed on stderr, without the ends of its lines."""
    return " ".join(result.stderr.split())
