"""The command `ingest map`: tries a payload, tests all samples, or records what they make."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ingestion.catalog import Catalog
from ingestion.cli.environment import load_catalog
from ingestion.cli.mapping.payloads import (
    FORMAT_BY_SUFFIX,
    Payload,
    UnreadablePayloads,
    read_payloads,
)
from ingestion.cli.mapping.sample_commands import check_samples, record_samples
from ingestion.cli.mapping.shown import print_coverage, print_tried
from ingestion.cli.mapping.trial import Trial
from ingestion.cli.options import Shown
from ingestion.cli.output import ExitCode, exit_with_error
from ingestion.cli.start.completion import complete_source
from ingestion.cli.suggestions import unknown_name
from ingestion.times import timestamp

FORMATS = tuple(dict.fromkeys(FORMAT_BY_SUFFIX.values()))

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
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help=f"{', '.join(FORMATS)} (default: by the name)."),
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
    catalog = load_catalog(context.obj)
    if source is not None:
        _require_rules(catalog, source)
    if (file is not None) + check + record != 1:
        exit_with_error("name a FILE, or pass --check or --record: exactly one of them")
    if check:
        check_samples(context.obj, catalog, source, output)
    elif record:
        record_samples(context.obj, catalog, source)
    elif file is not None:
        if source is None:
            exit_with_error("--source is missing: name a source of the catalog that has `map`")
        trial = Trial(source, catalog)
        payloads = _read(file, file_format, trial)
        request = (_pairs(header, ":", "--header"), _pairs(query, "=", "--query"))
        origin = trial.origin(timestamp(datetime.now(UTC)), *request)
        tried = [trial.try_payload(payload, origin) for payload in payloads]
        paths, unread = trial.coverage(tried) if coverage else ([], None)
        print_tried(output, trial.name, origin, tried, unread)
        if unread is not None and output == "table":
            print_coverage(len(paths), unread)
        if not all(each.is_accepted for each in tried):
            raise typer.Exit(ExitCode.REJECTED)


def _require_rules(catalog: Catalog, name: str) -> None:
    """End the command if the catalog has no such source, or if the source has no rules."""
    if name not in catalog.sources:
        exit_with_error(f"the catalog has {unknown_name('source', name, catalog.sources)}")
    if not catalog.sources[name].map:
        exit_with_error(
            f"{name} has no `map`: it takes events in the platform's own format; docs/mapping.md"
            " says how to add rules"
        )


def _read(file: str, file_format: str | None, trial: Trial) -> list[Payload]:
    if file_format is not None and file_format not in FORMATS:
        exit_with_error(unknown_name("format", file_format, FORMATS))
    by_name = "json" if file == "-" else FORMAT_BY_SUFFIX.get(Path(file).suffix.lower())
    chosen = file_format or by_name
    if chosen is None:
        known = ", ".join(FORMAT_BY_SUFFIX)
        exit_with_error(f"{file}: name the format with --format, or end the name in {known}")
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return read_payloads(content, chosen, trial.source)
    except UnreadablePayloads as error:
        exit_with_error(f"{file}: {error}", ExitCode.REJECTED)
    except OSError as error:
        exit_with_error(f"{file}: {error.strerror}")


def _pairs(texts: list[str] | None, separator: str, option: str) -> dict[str, str]:
    pairs = {}
    for text in texts or ():
        name, found, value = text.partition(separator)
        if not (name.strip() and found):
            exit_with_error(f"{option} {text!r} must be a name and a value: NAME{separator}VALUE")
        pairs[name.strip()] = value.strip()
    return pairs
