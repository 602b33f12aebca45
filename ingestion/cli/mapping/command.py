"""The command `ingest map`: tries a payload, tests all samples, or records what they make."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from ingestion.cli.environment import load_catalog
from ingestion.cli.mapping.file_command import read_pairs, require_rules, try_file
from ingestion.cli.mapping.formats import FORMAT_BY_SUFFIX, formats_of
from ingestion.cli.mapping.payloads import Request
from ingestion.cli.mapping.sample_commands import check_samples, record_samples
from ingestion.cli.mapping.trial import open_trial
from ingestion.cli.options import Shown
from ingestion.cli.output import exit_with_error
from ingestion.cli.start.completion import complete_source
from ingestion.syntax.times import timestamp

File = Annotated[
    str | None, typer.Argument(metavar="FILE", help="A payload, or - for standard input.")
]
SourceName = Annotated[
    str | None,
    typer.Option(
        autocompletion=complete_source,
        help="The source's name in the catalog; not needed with --check and --record.",
    ),
]
Header = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME:VALUE", help="A header of the request. May be repeated."),
]
Query = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=VALUE", help="A parameter of the URL. May be repeated."),
]
_FORMATS = formats_of(FORMAT_BY_SUFFIX)
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help=f"{', '.join(_FORMATS)} (default: by the name).",
    ),
]
ShowUnread = Annotated[
    bool, typer.Option("--coverage", help="List the paths of the payload that no rule reads.")
]
Check = Annotated[bool, typer.Option("--check", help="Test the samples in config/samples.")]
Record = Annotated[
    bool, typer.Option("--record", help="Write what the samples make, and print what changes.")
]


def map_payloads(
    context: typer.Context,
    file: File = None,
    source: SourceName = None,
    header: Header = None,
    query: Query = None,
    file_format: Format = None,
    coverage: ShowUnread = False,
    check: Check = False,
    record: Record = False,
    output: Shown = "table",
) -> None:
    """Try the rules of a source on a payload, or test them with its samples. Needs no AWS."""
    if (file is not None) + check + record != 1:
        exit_with_error("name a FILE, or pass --check or --record: exactly one of them")
    catalog = load_catalog(context.obj)
    if source is not None:
        require_rules(catalog, source)
    if check:
        check_samples(context.obj, catalog, source, output)
    elif record:
        record_samples(context.obj, catalog, source)
    elif source is None:
        exit_with_error("--source is missing: name a source of the catalog that has `map`")
    else:
        pairs = (read_pairs("--header", header, ":"), read_pairs("--query", query, "="))
        request = Request(timestamp(datetime.now(UTC)), *pairs)
        trial = open_trial(catalog, source)
        try_file(trial, str(file), file_format, request, output, with_coverage=coverage)
