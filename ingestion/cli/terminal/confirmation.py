"""Asks before a command changes what it cannot restore."""

import sys

import typer

from ingestion.cli.output import exit_with_error


def confirm(question: str, *, yes: bool) -> None:
    """Ask on stderr, except with --yes. The command ends if the answer is no.

    Without a terminal, the command ends with code 2 and changes nothing.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        exit_with_error("Nothing was changed: there is no terminal for the question; add --yes")
    typer.confirm(question, abort=True, err=True)
