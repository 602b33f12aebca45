"""The command that finds what became of an event, a request or an upload."""

from datetime import datetime
from typing import Annotated

import typer

from ingestion.cli.entities.selection import require_source
from ingestion.cli.entities.stored_entity import known_entity
from ingestion.cli.options import Env, Shown, Yes, parse_moment
from ingestion.cli.output import ExitCode, console, exit_with_error, print_data
from ingestion.cli.start.completion import complete_entity, complete_source
from ingestion.cli.tables import Record

_MAX_ID_CHARACTERS = 256  # Of the id of an event. All other ids are shorter.

Wanted = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="The id of an event or an upload, or the X-Request-Id of an answer."
    ),
]
SourceName = Annotated[
    str | None,
    typer.Option(
        autocompletion=complete_source, help="Only events of this source (default: all sources)."
    ),
]
EntityKey = Annotated[
    str | None,
    typer.Option(
        "--entity",
        metavar="NAME/ID",
        help="The event's entity, such as CONTRACT/c-1.",
        autocompletion=complete_entity,
    ),
]
TRACE_SINCE = "1d"
Since = Annotated[
    datetime,
    typer.Option(
        "--since",
        parser=parse_moment,
        default_factory=lambda: TRACE_SINCE,
        show_default=False,
        help=f"Read the logs since 2h, 7d or 2026-01-31T12:00:00Z (default: {TRACE_SINCE}).",
    ),
]
Scan = Annotated[
    bool, typer.Option("--scan", help="Look for the event in the whole table. Asks first.")
]


def trace(
    deployment: Env,
    wanted: Wanted,
    since: Since,
    source: SourceName = None,
    entity: EntityKey = None,
    scan: Scan = False,
    yes: Yes = False,
    output: Shown = "table",
) -> None:
    """Find what became of an event, a request or an upload.

    Reads dead letters, logs, the audit log and the table. Never receives from a worker's queue.
    """
    from ingestion.cli.trace import gather
    from ingestion.cli.trace.search import TracedId

    require_id(wanted)
    if entity and scan:
        exit_with_error("--entity and --scan exclude each other: give one of them")
    if source:
        require_source(deployment, source)
    key = key_of(entity) if entity else None
    traced = TracedId(deployment, wanted, source, since)
    versions = gather.versions(traced, key, scan=scan, yes=yes)
    with console.status("Reading the logs …"):
        report = gather.report(traced, versions, has_scanned=scan)
    print_data(output, report.document, Record(report.shown()))
    if not report.is_found:
        raise typer.Exit(ExitCode.NOT_FOUND)


def require_id(wanted: str) -> None:
    """Raise typer.BadParameter if nothing can have this id."""
    if not wanted.strip():
        raise typer.BadParameter("must not be empty", param_hint="ID")
    if len(wanted) > _MAX_ID_CHARACTERS:
        raise typer.BadParameter(
            f"must have at most {_MAX_ID_CHARACTERS} characters: no event, request or upload has a"
            " longer id",
            param_hint="ID",
        )


def key_of(entity: str) -> str:
    """Return the key in the table. Ends the command if no entity can have this name and id."""
    from ingestion.cli.entities.reading import is_entity_id
    from ingestion.store.reader import table_key

    name, _, entity_id = entity.partition("/")
    if not entity_id:
        raise typer.BadParameter(
            f"{entity!r} must be an entity and its id, such as CONTRACT/c-1", param_hint="--entity"
        )
    if not is_entity_id(entity_id):
        raise typer.BadParameter(f"{entity_id!r} is not the id of an entity", param_hint="--entity")
    return table_key(known_entity(name), entity_id)
