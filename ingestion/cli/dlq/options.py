"""The options of the commands on dead letters."""

from typing import Annotated

import typer

from ingestion.cli.dlq.names import CHANGES, FILES, SEARCH, SEARCH_UNDELIVERED, UNROUTED
from ingestion.cli.start.completion import complete_entity, complete_queue, complete_reason

DeadLetterId = Annotated[
    str, typer.Argument(metavar="ID", help="The event's id, or the message's.")
]
QueueName = Annotated[
    str | None,
    typer.Option(
        "--source",
        autocompletion=complete_queue,
        help=f"A source, {UNROUTED}, {FILES}, {CHANGES}, {SEARCH}, {SEARCH_UNDELIVERED} or"
        " 'subscriber NAME'"
        " (default: all).",
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
Ids = Annotated[list[str] | None, typer.Option("--id", help="The event's id, or the message's.")]
Redrive = Annotated[bool, typer.Option("--redrive", help="Redrive the edited events at once.")]
