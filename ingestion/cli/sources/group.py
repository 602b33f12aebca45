"""Set up a source: draft it from a sample, and check what it sends."""

import typer

from ingestion.cli.sources.check.command import check
from ingestion.cli.sources.new.command import new

app = typer.Typer(no_args_is_help=True, help=__doc__)
app.command()(new)
app.command()(check)
