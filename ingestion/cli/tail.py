"""Prints changes as they happen."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated

import typer
from pydantic_core import to_json

from ingestion.cli import redact_output
from ingestion.cli.change_queue import Feed, follow
from ingestion.cli.entities import known_entity
from ingestion.cli.options import Env, Output, Shown, ShowPersonal
from ingestion.cli.output import cell, talk
from ingestion.store.change import Change, Kind

WAIT_SECONDS = 2


def tail(
    deployment: Env,
    entity: Annotated[
        str | None, typer.Option(parser=known_entity, help="Such as EQUIPMENT (default: all).")
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only changes of this kind.")] = None,
    source: Annotated[
        str | None, typer.Option(help="Only changes that events of this source caused.")
    ] = None,
    limit: Annotated[
        int, typer.Option(help="Stop after this many changes; 0 for never.", min=0)
    ] = 0,
    seconds: Annotated[
        float, typer.Option("--for", help="Stop after this many seconds; 0 for never.", min=0)
    ] = 0,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Print changes as they happen, until Ctrl-C. -o json prints JSON Lines."""
    filters = {"entity_name": entity, "kind": kind, "source": source}
    wanted = {name: value for name, value in filters.items() if value}
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)  # Clean up as on Ctrl-C.
    clients = deployment.client("sns"), deployment.client("sqs")
    with suppress(KeyboardInterrupt), follow(*clients, deployment.change_topic_arn, wanted) as feed:
        talk.print("Waiting for changes. Press Ctrl-C to stop.")
        for count, change in enumerate(_changes(feed, seconds), 1):
            print_change(change, output, show_personal)
            if count == limit:
                break


def _changes(feed: Feed, seconds: float) -> Iterator[Change]:
    """Yield changes for this many seconds, or without end if 0."""
    end = time.monotonic() + (seconds or float("inf"))
    while (left := end - time.monotonic()) > 0:
        yield from feed.receive(int(min(WAIT_SECONDS, left)))


def print_change(change: Change, output: Output, show_personal: bool) -> None:
    """Print a change on a line of its own."""
    if output == "json":
        document = change.model_dump()
        line = to_json(document if show_personal else redact_output.change(document)).decode()
    else:
        data = change.data
        fields = ", ".join(data.changed) or "-"
        cause = f"{data.cause.source} {data.cause.id}"
        line = f"{change.time}  {change.kind}  {change.key.replace('#', ' ')}  {fields}  {cause}"
        line = cell(line)
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
