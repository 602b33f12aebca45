"""The options of the commands on dead letters."""

from datetime import datetime
from typing import Annotated

import typer

from ingestion.cli.dlq.field_edit import FieldEdit
from ingestion.cli.dlq.names import CHANGES, FILES, UNROUTED
from ingestion.cli.options import parse_moment
from ingestion.cli.start.completion import complete_entity, complete_queue, complete_reason

DeadLetterId = Annotated[
    str, typer.Argument(metavar="ID", help="The event's id, or the message's.")
]
QueueName = Annotated[
    str | None,
    typer.Option(
        "--source",
        autocompletion=complete_queue,
        help=f"A source, {UNROUTED}, {FILES}, {CHANGES} or 'subscriber NAME' (default: all).",
    ),
]
Reason = Annotated[
    str | None,
    typer.Option("--reason", autocompletion=complete_reason, help="Such as invalid_entity."),
]
EntityName = Annotated[
    str | None,
    typer.Option(
        "--entity",
        autocompletion=complete_entity,
        help="Only events of this entity, such as CONTRACT.",
    ),
]
Since = Annotated[
    datetime | None,
    typer.Option("--since", parser=parse_moment, help="Since 30m, 2h, 7d or 2026-01-31T12:00:00Z."),
]
Ids = Annotated[list[str] | None, typer.Option("--id", help="The event's id, or the message's.")]
Values = Annotated[
    list[FieldEdit] | None,
    typer.Option(
        "--set",
        parser=FieldEdit.parse,
        metavar="PATH=VALUE",
        help="Set a field to text; PATH:=VALUE sets other JSON.",
    ),
]
Removals = Annotated[
    list[str] | None, typer.Option("--unset", metavar="PATH", help="Remove a field.")
]
