"""Tries the rules of a source on the payloads of a file, and prints what they make."""

import sys
from pathlib import Path

import typer

from ingestion.catalog import Catalog
from ingestion.cli.mapping.formats import (
    FORMAT_BY_SUFFIX,
    STANDARD_INPUT,
    UnknownFormat,
    choose_format,
)
from ingestion.cli.mapping.payloads import PayloadFile, Request, UnreadablePayloads
from ingestion.cli.mapping.print_trial import print_coverage, print_tried
from ingestion.cli.mapping.samples import BadSamples, Sample
from ingestion.cli.mapping.trial import Trial
from ingestion.cli.options import Output
from ingestion.cli.output import ExitCode, exit_with_error
from ingestion.cli.suggestions import unknown_name


def try_file(
    trial: Trial,
    file: str,
    file_format: str | None,
    request: Request,
    output: Output,
    *,
    with_coverage: bool,
) -> None:
    """Print what the rules make of a file. The command ends with 4 if something is refused."""
    payload_file = PayloadFile(file, _choose_format(file, file_format), _read_bytes(file))
    try:
        tried = trial.try_file(payload_file, _with_files_beside(file, request))
    except UnreadablePayloads as error:
        exit_with_error(f"{file}: {error}", ExitCode.REJECTED)
    except BadSamples as error:
        exit_with_error(str(error), ExitCode.REJECTED)
    paths, unread = trial.coverage(tried) if with_coverage else ([], None)
    print_tried(output, trial.name, request.received_at, tried, unread)
    if unread is not None and output == "table":
        print_coverage(len(paths), unread)
    if not all(each.is_accepted for each in tried):
        raise typer.Exit(ExitCode.REJECTED)


def _with_files_beside(file: str, request: Request) -> Request:
    """Return the request with the headers and the query beside the file, as of a sample.

    Those of the request win. Raises BadSamples.
    """
    beside = Sample("", Path(file), file)
    given = {name.lower(): text for name, text in request.headers.items()}
    headers, query = beside.headers | given, beside.query | dict(request.query)
    return request._replace(headers=headers, query=query)


def _choose_format(file: str, named: str | None) -> str:
    try:
        return choose_format(file, named, FORMAT_BY_SUFFIX)
    except UnknownFormat as error:
        exit_with_error(str(error))


def _read_bytes(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
    except OSError as error:
        exit_with_error(f"{file}: {error.strerror}")


def require_rules(catalog: Catalog, name: str) -> None:
    """End the command if the catalog has no such source, or if the source has no rules."""
    if name not in catalog.sources:
        exit_with_error(f"the catalog has {unknown_name('source', name, catalog.sources)}")
    source = catalog.sources[name]
    if not source.map and source.files.mapping_keys:
        keys = ", ".join(f"files.{key}" for key in source.files.mapping_keys)
        exit_with_error(
            f"{name} has {keys} for the columns of its files, and no `map`: try a file with"
            f" `ingest upload FILE --source {name}`, or write `map` instead (docs/mapping.md)"
        )
    if not source.map:
        exit_with_error(
            f"{name} has no `map`: it takes events in the platform's own format; docs/mapping.md"
            " says how to add rules"
        )


def read_pairs(option: str, texts: list[str] | None, separator: str) -> dict[str, str]:
    """Return the names and values that an option gives. The command ends if one is neither."""
    pairs = {}
    for text in texts or ():
        name, found, value = text.partition(separator)
        if not (name.strip() and found):
            exit_with_error(f"{option} {text!r} must be a name and a value: NAME{separator}VALUE")
        pairs[name.strip()] = value.strip()
    return pairs
