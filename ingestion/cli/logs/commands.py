"""Prints the lines of the functions' logs."""

import sys
from contextlib import suppress
from datetime import datetime
from typing import Annotated

import typer

from ingestion.cli.entities.selection import require_source
from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import (
    KINDS,
    Selection,
    log_groups,
    of_functions,
    of_source,
    other_function,
)
from ingestion.cli.logs.line import LogLine
from ingestion.cli.logs.read import LogReader
from ingestion.cli.options import Env, Output, Shown, parse_moment
from ingestion.cli.output import console, exit_with_error, json_text, print_none, require_known
from ingestion.cli.start.completion import complete_function, complete_queue

SourceName = Annotated[
    str | None,
    typer.Option(
        autocompletion=complete_queue,
        help="Only its worker, and the lines of other functions that name this source.",
    ),
]
FunctionName = Annotated[
    str | None,
    typer.Option(
        autocompletion=complete_function,
        help="Only this function: api, 'worker sourceA', 'delivery web', all of a kind (worker), or"
        " its name in Lambda.",
    ),
]
Since = Annotated[
    datetime,
    typer.Option(
        "--since",
        parser=parse_moment,
        default_factory=lambda: "10m",
        show_default=False,
        help="Since 30m, 2h, 7d or 2026-01-31T12:00:00Z (default: 10m).",
    ),
]


def logs(
    deployment: Env,
    since: Since,
    source: SourceName = None,
    function: FunctionName = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Print new lines too, until Ctrl-C.")
    ] = False,
    output: Shown = "table",
) -> None:
    """Print the lines of the functions' logs, the newest last. -o json prints JSON Lines."""
    reader = LogReader(deployment, _selected(deployment, source, function))
    start_ms = int(since.timestamp() * 1000)
    if follow:
        console.print("Waiting for lines. Press Ctrl-C to stop.")
        with suppress(KeyboardInterrupt):
            for line in reader.follow(start_ms):
                _print_line(line, output)
        return
    lines = reader.read_since(start_ms)
    for line in lines:
        _print_line(line, output)
    if not lines:
        print_none("log line", {"--source": source, "--function": function, "--since": since})


def _selected(deployment: Deployment, source: str | None, function: str | None) -> list[Selection]:
    if source and function:
        exit_with_error("--source and --function exclude each other: give one of them")
    if source:
        if function_name := other_function(deployment, source):
            return of_functions(deployment, [function_name])
        require_source(deployment, source)
        return of_source(deployment, source)
    groups = log_groups(deployment)
    if function in KINDS:
        return of_functions(deployment, (n for n in groups if n.startswith(f"{function} ")))
    if function:  # Alarms know a function by its name in Lambda.
        names = {group.rpartition("/")[2]: name for name, group in groups.items()}
        function = names.get(function, function)
        require_known(deployment.environment, "function", function, groups)
    return of_functions(deployment, [function] if function else groups)


def _print_line(line: LogLine, output: Output) -> None:
    text = json_text(line.fields) if output == "json" else line.shown
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
