"""Set up a source: check what it sends."""

import typer

from ingestion.cli.sources.check.command import check

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.callback()
def _commands() -> None:
    """Set up a source."""  # Without a callback Typer would omit the only command's name.


app.command()(check)
