"""Maintain the index by time."""

from collections import Counter

import typer

from ingestion.cli.options import Env, Shown
from ingestion.cli.output import console, print_data
from ingestion.cli.terminal.progress import open_progress
from ingestion.store.reindex import reindex as reindex_pages

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.callback()
def _commands() -> None:
    """Maintain stored entities."""  # Without a callback Typer would omit the only command's name.


@app.command()
def reindex(deployment: Env, output: Shown = "table") -> None:
    """Add all stored entities to the index by time. Run this once for each environment.

    Until the command has finished, reads with changed_since read all entities of a name. You can
    interrupt it and run it again at any time.
    """
    entities_by_pass: Counter[int] = Counter()
    missing = 0
    with open_progress() as progress:
        task = progress.add_task("")
        for page in reindex_pages(deployment.reader()):
            entities_by_pass[page.pass_number] += page.entities
            missing += page.missing
            text = f"entities read in pass {page.pass_number}, {missing} were missing in the index"
            completed = entities_by_pass[page.pass_number]
            progress.update(task, completed=completed, description=text)
    passes = len(entities_by_pass)
    counts = {"passes": passes, "entities": entities_by_pass[passes], "missing": missing}
    print_data(output, counts, (counts.keys(), [counts.values()]))
    console.print(f"{deployment.environment}: reads with changed_since now use the index by time.")
