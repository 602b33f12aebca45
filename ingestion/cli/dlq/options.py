"""The options of the commands on dead letters."""

from datetime import datetime
from typing import Annotated

import typer

from ingestion.cli.dlq.edits import Change
from ingestion.cli.dlq.letter import CHANGES, FILES, UNROUTED
from ingestion.cli.options import moment

LetterId = Annotated[str, typer.Argument(metavar="ID", help="The event's id, or the message's.")]
SourceName = Annotated[
    str | None,
    typer.Option(
        "--source",
        help=f"A source, {UNROUTED}, {FILES}, {CHANGES} or 'subscriber NAME'; all unless told.",
    ),
]
Reason = Annotated[str | None, typer.Option("--reason", help="Such as invalid_entity.")]
Since = Annotated[
    datetime | None,
    typer.Option(
        "--since", parser=moment, help="Put aside since: 30m, 2h, 7d, or 2026-01-31T12:00:00Z."
    ),
]
Ids = Annotated[list[str] | None, typer.Option("--id", help="The event's or the message's id.")]
Values = Annotated[
    list[Change] | None,
    typer.Option(
        "--set", parser=Change.parse, metavar="PATH=VALUE", help="Text; PATH:=VALUE for other JSON."
    ),
]
Removals = Annotated[
    list[str] | None, typer.Option("--unset", metavar="PATH", help="Take a field away.")
]
