"""The command that shows the state of an environment, once or again and again."""

from contextlib import suppress
from typing import Annotated

import typer

from ingestion.cli.options import Columns, Env, Shown
from ingestion.cli.output import require_known
from ingestion.cli.start.completion import complete_queue
from ingestion.cli.status.parts import parts_of
from ingestion.cli.status.reader import StatusReader
from ingestion.cli.status.screen import Screen

Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        autocompletion=complete_queue,
        help="Only this source, or this other part. Repeat it for several (default: all).",
    ),
]
Watch = Annotated[bool, typer.Option("--watch", help="Show it again and again, until Ctrl-C.")]
Every = Annotated[float, typer.Option(help="Seconds between two reads with --watch.", min=1)]


def status(
    deployment: Env,
    source: Sources = None,
    watch: Watch = False,
    every: Every = 5,
    columns: Columns = None,
    output: Shown = "table",
) -> None:
    """Show what waits and what fails, for each source and subscriber.

    It prints a table, and below it what needs attention, each with the next command. With --watch,
    -o json prints JSON Lines.
    """
    names = [part.name for part in parts_of(deployment)] if source else []
    for name in source or ():
        require_known(deployment.environment, "source", name, names)
    reader = StatusReader(deployment, parts_of(deployment, source or ()))
    screen = Screen(deployment, columns, output)
    if not watch:
        screen.print_once(reader.read())
        return
    with suppress(KeyboardInterrupt):
        screen.watch(reader, every)
