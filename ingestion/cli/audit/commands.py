"""Prints the audit log: who did what, and when."""

from collections import deque
from datetime import datetime
from typing import Annotated

import typer

from ingestion.cli.audit.line import actor_of, subject_of, time_of
from ingestion.cli.audit.log import Action
from ingestion.cli.options import Columns, Env, Limit, Shown, parse_moment
from ingestion.cli.output import console, print_data, print_none
from ingestion.cli.start.columns import COLUMNS
from ingestion.cli.tables import choose_columns

AUDIT_SINCE = "30d"

Since = Annotated[
    datetime,
    typer.Option(
        "--since",
        parser=parse_moment,
        default_factory=lambda: AUDIT_SINCE,
        show_default=False,
        help=f"Since 30m, 2h, 7d or 2026-01-31T12:00:00Z (default: {AUDIT_SINCE}).",
    ),
]


def audit(
    deployment: Env,
    since: Since,
    action: Annotated[Action | None, typer.Option(help="Only this action.")] = None,
    columns: Columns = None,
    limit: Limit = 100,
    output: Shown = "table",
) -> None:
    """List who changed dead letters, entities, secrets or sources."""
    wanted = list(deployment.audit_log.read_since(since, action))
    shown = list(deque(wanted, limit or None))  # The newest, which are the last.
    rows = [[time_of(line), actor_of(line), line["action"], subject_of(line)] for line in shown]
    document = [line | {"time": time_of(line)} for line in shown]
    print_data(output, document, choose_columns((COLUMNS["audit"], rows), columns))
    if len(shown) < len(wanted):
        console.print(f"… and {len(wanted) - len(shown)} older ones: see --limit")
    if not wanted:
        print_none("line of the audit log", {"--since": since, "--action": action})
