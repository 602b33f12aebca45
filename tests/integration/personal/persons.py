"""What commands print about persons."""

import re

import pytest
from typer.testing import Result

as_table_and_json = pytest.mark.parametrize("output", ["table", "json"])


def text(result: Result) -> str:
    """Return everything that was printed, without the line breaks of tables."""
    return re.sub(r"[\s│]+", "", result.stdout + result.stderr)
