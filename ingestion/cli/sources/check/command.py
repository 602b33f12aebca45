"""The command that checks one source."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from ingestion.cli.options import EnvIfKnown, Shown, parse_past_moment
from ingestion.cli.output import ExitCode, console, print_json
from ingestion.cli.sources.check.checked_source import CheckedSource
from ingestion.cli.sources.check.gather import read_sections
from ingestion.cli.sources.check.report import document_of, print_sections
from ingestion.cli.start.completion import complete_source

CHECK_SINCE = "24h"

SourceName = Annotated[
    str,
    typer.Argument(metavar="NAME", autocompletion=complete_source, help="A source of the catalog."),
]
Since = Annotated[
    datetime,
    typer.Option(
        "--since",
        parser=parse_past_moment,
        default_factory=lambda: CHECK_SINCE,
        show_default=False,
        help=f"Count since 30m, 2h, 7d or 2026-01-31T12:00:00Z (default: {CHECK_SINCE}).",
    ),
]


def check(
    context: typer.Context,
    deployment: EnvIfKnown,
    source: SourceName,
    since: Since,
    output: Shown = "table",
) -> None:
    """Check one source: its credential, samples, last events and what was refused.

    It only reads. Exit code 4 if something must be fixed. A source that is not deployed yet is
    checked as far as the checkout knows it.
    """
    found = CheckedSource.find(source, context.obj, deployment)
    with console.status("Reading …"):
        sections = read_sections(found, since)
    if output == "json":
        print_json(document_of(found, sections, since, datetime.now(UTC)))
    else:
        print_sections(found, sections)
    if any(section.findings for section in sections):
        raise typer.Exit(ExitCode.REJECTED)
