"""Runs the `ingest` command in a copy of the checkout: in a process of its own, or in this one."""

from subprocess import CompletedProcess

from typer.testing import CliRunner

from ingestion.cli import app
from ingestion.cli import checkout as copied
from tests.e2e.conftest import Checkout


def ingest(checkout: Checkout, *arguments: str, stdin: str | None = None) -> CompletedProcess[str]:
    """Run `ingest …` as a user does, with the code and the entities of the copy."""
    return checkout.run("-m", "ingestion.cli.app", *arguments, check=False, stdin=stdin)


def ingest_here(
    checkout: Checkout, *arguments: str, stdin: str | None = None
) -> CompletedProcess[str]:
    """Run `ingest …` in this process, because another process imports for 0.6 s of CPU.

    The copy's outputs and catalog are used, but not its code. Raises an error of the command.
    """
    copy = copied.Checkout(checkout.directory)
    result = CliRunner().invoke(app.app, arguments, input=stdin, obj=copy, catch_exceptions=False)
    return CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)
