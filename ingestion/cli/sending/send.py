"""The command that posts the events of a file."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import dropwhile
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from ingestion.cli.client.event_client import MAX_BATCH_EVENTS, EventClient, Summary
from ingestion.cli.client.event_file import HoldsTable, read_events
from ingestion.cli.client.posting import Unreachable, new_client
from ingestion.cli.client.rows import hint_for_rows, rows_as_events
from ingestion.cli.login.address import Address
from ingestion.cli.options import Env, Output, Shown, ShowPersonal, SourceOption
from ingestion.cli.output import (
    ExitCode,
    console,
    exit_with_error,
    open_with_progress,
    print_data,
    print_first,
)
from ingestion.cli.sending.endpoint import endpoint_of, refusals_explained
from ingestion.errors import RefusedFile
from ingestion.files.archive import FORMATS, open_unpacked

# Names that say what a file holds. Other names hold JSON.
_KNOWN = tuple(f".{suffix}" for suffix in (*FORMATS, "ndjson", "gz", "zip"))
_REPEATS = (
    "Some events from there on may be accepted already. Sending an event with its own `id` and"
    " `time` again changes nothing. Without them, it is a new event with the same content."
)

FirstLine = Annotated[
    int,
    typer.Option(
        "--from-line",
        "--from-event",
        help="Start at this line of JSON Lines, or at this event of an array.",
        min=1,
    ),
]


def send(
    deployment: Env,
    file: Annotated[
        str,
        typer.Argument(help="A JSON document, an array, JSON Lines; also .gz, .zip; - for stdin."),
    ],
    source: SourceOption,
    batch: Annotated[
        int, typer.Option(help="Events in a request.", min=1, max=MAX_BATCH_EVENTS)
    ] = 100,
    first: FirstLine = 1,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Send the events or rows of a file. Retries on 429 and 5xx use the same ids.

    After Ctrl-C it prints how to continue.
    """
    url, auth = endpoint_of(deployment, source)
    # Only the catalog says which entity a row holds.
    settings = None if isinstance(deployment, Address) else deployment.catalog.sources[source]
    summary = Summary(settled=first - 1)
    named = ["--source", source] if source else []
    command = ["ingest", "send", file, *named, "--env", deployment.environment]
    try:
        with (
            refusals_explained(deployment, source),
            _open(file, source) as (stream, lines),
            new_client(auth) as http,
        ):
            found = dropwhile(lambda item: item.line < first, read_events(stream, lines=lines))
            client = EventClient(url, http, batch, show_personal=show_personal)
            client.send_events(rows_as_events(found, settings) if settings else found, summary)
    except (KeyboardInterrupt, Unreachable, typer.Exit) as error:
        if isinstance(error, KeyboardInterrupt) or summary.settled >= first:
            _print_summary(summary, output)
            _print_continuation(summary, command)
        raise
    _print_summary(summary, output)
    if settings and summary.has_unknown_rows:
        console.print(hint_for_rows(settings))
    if not summary.accepted + summary.rejected + summary.not_taken:
        console.print(f"{file} holds no events" + (f" from {first} on" if first > 1 else ""))
    _exit_unless_all_accepted(summary, command)


@contextmanager
def _open(file: str, source: str) -> Iterator[tuple[BinaryIO, bool]]:
    """Open the JSON of a file, also in .gz or .zip, and say whether its name promises lines.

    The command ends if the file holds a table.
    """
    try:
        if file == "-":
            yield sys.stdin.buffer, False
            return
        with _open_file(file) as packed, _unpacked(packed, file) as content:
            yield content
    except RefusedFile as refusal:
        exit_with_error(f"{file}: {refusal.detail}")
    except HoldsTable as error:
        name = "FILE.csv" if file == "-" else file
        named = ["--source", source] if source else []
        command = shlex.join(["ingest", "upload", name, *named])
        exit_with_error(f"{file}: {error}: use `{command}`")


def _open_file(file: str) -> AbstractContextManager[BinaryIO]:
    try:
        return open_with_progress(file, file)
    except OSError as error:
        exit_with_error(f"{file}: {error.strerror}")


@contextmanager
def _unpacked(packed: BinaryIO, file: str) -> Iterator[tuple[BinaryIO, bool]]:
    if not file.lower().endswith(_KNOWN):
        yield packed, False
        return
    with open_unpacked(packed, file, Path(file).stat().st_size) as (file_format, stream):
        if file_format not in ("json", "jsonl"):
            raise HoldsTable("holds a table")
        yield stream, file_format == "jsonl"


def _print_summary(summary: Summary, output: Output) -> None:
    counts = {
        "accepted": summary.accepted,
        "rejected": summary.rejected,
        "not_taken": summary.not_taken,
    }
    columns = ["accepted", "rejected", "not taken"]
    print_data(output, {**counts, "errors": summary.errors}, (columns, [counts.values()]))
    if output == "table":
        print_first(list(map(str, summary.errors)))


def _print_continuation(summary: Summary, command: list[str]) -> None:
    """Print the command that sends what may be missing."""
    place = summary.settled + 1
    console.print(f"Not all events were sent. Continue at {summary.unit} {place}:")
    # Soft: a terminal then copies a long command as one line.
    console.print(shlex.join([*command, f"--from-{summary.unit}", str(place)]), soft_wrap=True)
    console.print(_REPEATS)


def _exit_unless_all_accepted(summary: Summary, command: list[str]) -> None:
    if summary.not_taken:
        _print_continuation(summary, command)
        raise typer.Exit(ExitCode.NOT_PUBLISHED)
    if summary.rejected:
        raise typer.Exit(ExitCode.REJECTED)
