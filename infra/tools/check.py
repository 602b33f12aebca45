"""Checks what no linter knows: the catalog, and Terraform's formatting."""

import sys

from infra.tools.deploy import terraform
from infra.tools.paths import INFRA
from infra.tools.run import run_tool
from ingestion.cli.environment import load_catalog


def run() -> None:
    """Raise BadCatalog or SetupError with what is wrong."""
    catalog = load_catalog()
    terraform.run(INFRA, {}, "fmt", "-check", "-diff", "-recursive")
    sys.stdout.write(f"The catalog is sound: {', '.join(catalog.sources)}.\n")


if __name__ == "__main__":
    run_tool(run)
