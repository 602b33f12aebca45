"""Checks what no linter knows: the catalog, and Terraform's formatting."""

import sys

from pydantic import ValidationError

from infra.tools import terraform
from infra.tools.errors import SetupError
from infra.tools.paths import CATALOG, INFRA
from infra.tools.stack import run_tool
from ingestion.cli import load_catalog


def run() -> None:
    """Raise SetupError with all that is wrong with the catalog or the formatting."""
    try:
        catalog = load_catalog(CATALOG)
    except ValidationError as error:
        raise SetupError(f"{CATALOG.name}: {error}") from error
    terraform.run(INFRA, {}, "fmt", "-check", "-diff", "-recursive")
    sys.stdout.write(f"The catalog is sound: {', '.join(catalog.sources)}.\n")


if __name__ == "__main__":
    run_tool(run)
