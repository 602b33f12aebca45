"""The command that posts the events of a file."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import dropwhile
from typing import Annotated

import typer

from ingestion.catalog import Source
from ingestion.cli.client.event_client import MAX_BATCH_EVENTS, EventClient, Summary
from ingestion.cli.client.event_file import RejectedLine, UnsentEvent, read_events
from ingestion.cli.client.posting import Unreachable, new_client
from ingestion.cli.client.rows import hint_for_rows, rows_as_events
from ingestion.cli.environment import Deployment
from ingestion.cli.login.api_access import ApiAccess
from ingestion.cli.options import EnvOrUrl, Output, Shown, ShowPersonal, SourceOption
from ingestion.cli.output import (
    CommandFailed,
    ExitCode,
    console,
    print_data,
    print_grouped,
)
from ingestion.cli.sending.endpoint import endpoint_of, refusals_explained
from ingestion.cli.sending.events_file import open_events

_REPEATS = (
    "Some events from there on may be accepted already. Sending an event with its own `id` and"
    " `time` again changes nothing. Without them, it is a new event with the same content."
)

EventsFile = Annotated[
    str, typer.Argument(help="A JSON document, an array, JSON Lines; also .gz, .zip; - for stdin.")
]
BatchSize = Annotated[int, typer.Option(help="Events in a request.", min=1, max=MAX_BATCH_EVENTS)]
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
    deployment: EnvOrUrl,
    file: EventsFile,
    source: SourceOption,
    batch: BatchSize = 100,
    first: FirstLine = 1,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Send the events, rows or payloads of a file. Retries on 429 and 5xx use the same ids.

    After Ctrl-C it prints how to continue.
    """
    url, auth = endpoint_of(deployment, source)
    summary = Summary(settled=first - 1)
    named = ["--source", source] if source else []
    continued = partial(deployment.command, "send", file, *named)
    try:
        with refusals_explained(deployment, source), new_client(auth) as http:
            client = EventClient(url, http, batch, show_personal=show_personal)
            _send_file(client, file, deployment, source, summary)
    except (KeyboardInterrupt, Unreachable, CommandFailed) as error:
        if isinstance(error, KeyboardInterrupt) or summary.settled >= first:
            _print_summary(summary, output)
            _print_continuation(summary, continued)
        raise
    _print_summary(summary, output)
    settings = _settings(deployment, source)
    if settings and summary.has_unknown_rows:
        console.print(hint_for_rows(settings))
    _exit_unless_all_accepted(summary, continued)


def _settings(deployment: Deployment | ApiAccess, source: str) -> Source | None:
    """Return the source's entry in the catalog, which alone says which entity a row holds."""
    return None if isinstance(deployment, ApiAccess) else deployment.catalog.sources[source]


def _send_file(
    client: EventClient,
    file: str,
    deployment: Deployment | ApiAccess,
    source: str,
    summary: Summary,
) -> None:
    """Send the events of a file after those that are settled."""
    first, settings = summary.settled + 1, _settings(deployment, source)
    with open_events(file, source, deployment) as (stream, lines):
        found: Iterator[UnsentEvent | RejectedLine] = dropwhile(
            lambda item: item.line < first, read_events(stream, lines=lines)
        )
        if settings and settings.map:
            client = replace(client, sends_payloads=True)
        elif settings:
            found = rows_as_events(found, settings)
        client.send_events(found, summary)
    if not any((summary.accepted, summary.rejected, summary.not_taken, summary.ignored)):
        console.print(f"{file} holds no events" + (f" from {first} on" if first > 1 else ""))


def _print_summary(summary: Summary, output: Output) -> None:
    counts = {
        "accepted": summary.accepted,
        "rejected": summary.rejected,
        "not_taken": summary.not_taken,
    }
    columns = ["accepted", "rejected", "not taken"]
    if summary.ignored:
        counts["ignored"] = summary.ignored
        columns.append("ignored")
    if output == "json" or any(counts.values()):
        print_data(output, {**counts, "errors": summary.errors}, (columns, [counts.values()]))
    if output == "table":
        print_grouped(summary.unit, [(error.line, error.text) for error in summary.errors])


def _print_continuation(summary: Summary, command: Callable[..., str]) -> None:
    """Print the command that sends what may be missing."""
    place = summary.settled + 1
    console.print(f"Not all events were sent. Continue at {summary.unit} {place}:")
    console.print(command(f"--from-{summary.unit}", str(place)))
    console.print(_REPEATS)


def _exit_unless_all_accepted(summary: Summary, command: Callable[..., str]) -> None:
    if summary.not_taken:
        _print_continuation(summary, command)
        raise typer.Exit(ExitCode.NOT_PUBLISHED)
    if summary.rejected:
        raise typer.Exit(ExitCode.REJECTED)
