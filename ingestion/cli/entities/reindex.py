"""Stored entities: put those of older versions into the index by time."""

from collections import Counter

import typer

from ingestion.cli.options import Env, Shown
from ingestion.cli.output import console, open_progress, print_data
from ingestion.store import reindex as store

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.callback()
def _commands() -> None:
    """Maintain stored entities."""  # Without a callback Typer would omit the only command's name.


@app.command()
def reindex(deployment: Env, output: Shown = "table") -> None:
    """Put all stored entities into the index by time: once for each environment.

    Until the command has finished, reads with changed_since read all entities of a name. You can
    interrupt it and run it again at any time.
    """
    entities: Counter[int] = Counter()  # By pass over the table.
    written = 0
    with open_progress() as progress:
        task = progress.add_task("")
        for page in store.reindex(deployment.reader()):
            entities[page.pass_number] += page.entities
            written += page.written
            text = f"entities read in pass {page.pass_number}, {written} written"
            progress.update(task, completed=entities[page.pass_number], description=text)
    passes = len(entities)
    counts = {"passes": passes, "entities": entities[passes], "written": written}
    print_data(output, counts, (counts.keys(), [counts.values()]))
    console.print(f"{deployment.environment}: reads with changed_since use the index by time now.")
