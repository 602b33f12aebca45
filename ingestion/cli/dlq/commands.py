"""Dead letters: show, edit, redrive and drop them."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic_core import to_json

from ingestion.cli.dlq import edit_command
from ingestion.cli.dlq.dead_letter import DeadLetter, DeadLetterFilter
from ingestion.cli.dlq.options import DeadLetterId, EntityName, Ids, QueueName, Reason
from ingestion.cli.options import (
    Columns,
    DryRun,
    Env,
    Limit,
    Output,
    Shown,
    ShowPersonal,
    Since,
    Yes,
)
from ingestion.cli.output import (
    ExitCode,
    console,
    exit_with_error,
    print_data,
    print_first,
    print_none,
)
from ingestion.cli.start.columns import COLUMNS, Whole
from ingestion.cli.tables import Record, choose_columns
from ingestion.cli.terminal.confirmation import confirm

if TYPE_CHECKING:
    from ingestion.cli.dlq.target import RedriveAttempt

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command(name="list")
def list_dead_letters(
    deployment: Env,
    source: QueueName = None,
    reason: Reason = None,
    since: Since = None,
    entity: EntityName = None,
    limit: Limit = 100,
    columns: Columns = None,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Count dead letters by reason, and list them."""
    from ingestion.cli.dlq import actions

    queues = actions.dead_letter_queues(deployment, source, show_personal=show_personal)
    visible = actions.read_dead_letters(queues)
    hidden = actions.count_hidden(queues, visible)
    found = actions.select(DeadLetterFilter(reason, since, entity=entity), visible)
    shown = [each.facts | {"detail": each.detail} for each in found[: limit or None]]
    _print_list(found, shown, columns, output)
    if not found:
        filters = {"--source": source, "--reason": reason, "--since": since, "--entity": entity}
        print_none("dead letter", filters)
    if len(shown) < len(found):
        console.print(f"… and {len(found) - len(shown)} more: see --limit")
    if hidden > 0:
        console.print(
            f"About {hidden} more are hidden: behind these, or leased by another command."
        )


def _print_list(
    found: Sequence[DeadLetter],
    shown: Sequence[dict[str, Any]],
    columns: str | None,
    output: Output,
) -> None:
    """Print the counts of all that were found, and those that are shown."""
    headers = [Whole("queue"), Whole("reason"), "count"]
    counts = Counter((each.queue, each.reason) for each in found).most_common()
    rows = [[*key, count] for key, count in counts]
    fields = ["event_id", "reason", "detail", "queue", "since", "redrive_count"]
    table = (COLUMNS["dlq list"], [map(line.get, fields) for line in shown])
    listed = choose_columns(table, columns)
    counted = [dict(zip(headers, row, strict=True)) for row in rows]
    print_data(output, {"counts": counted, "letters": shown}, (headers, rows), listed)


@app.command()
def show(
    deployment: Env,
    dead_letter_id: DeadLetterId,
    source: QueueName = None,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Show a dead letter: the event, the reason, and what was done to it."""
    from ingestion.cli.dlq import actions

    queues = actions.dead_letter_queues(deployment, source, show_personal=show_personal)
    found = actions.find_dead_letter(actions.read_dead_letters(queues), dead_letter_id)
    history = list(deployment.audit_log.read(found.event_id, found.original_id))
    shown = actions.describe_dead_letter(queues, found)
    text = {"event": found.body if show_personal else to_json(found.content).decode()}
    if "request" in shown:
        text["request"] = to_json(shown["request"]).decode()
    fields = list((shown | text).items())
    for line in history:
        time = datetime.fromtimestamp(line["time"] / 1000, UTC)
        fields.append((f"{time:%Y-%m-%dT%H:%M:%SZ}", f"{line['action']} by {line['actor']}"))
    print_data(output, shown | {"history": history}, Record(fields))


@app.command()
def redrive(
    deployment: Env,
    source: QueueName = None,
    reason: Reason = None,
    since: Since = None,
    entity: EntityName = None,
    ids: Ids = None,
    limit: Limit = 0,
    dry_run: DryRun = False,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Send dead letters again to the target where they failed. Keep those that would fail again."""
    from ingestion.cli.dlq import actions

    wanted = DeadLetterFilter(reason, since, ids or [], entity)
    queues = actions.dead_letter_queues(deployment, source, show_personal=show_personal)
    found = actions.select(wanted, actions.read_dead_letters(queues))
    chosen = [queue for name, queue in queues.items() if any(name == each.queue for each in found)]
    attempts: list[RedriveAttempt] = []
    try:
        attempts.extend(
            actions.redrive(chosen, wanted.matches, limit or sys.maxsize, is_dry=dry_run)
        )
    finally:  # Also when interrupted: what was redriven stays redriven.
        counts = _print_redrive(attempts, dry_run, output)
    _exit_unless_all_redriven(counts, wanted.missing_ids(found))


def _print_redrive(
    attempts: "list[RedriveAttempt]", is_dry: bool, output: Output
) -> dict[str, int]:
    """Print what became of dead letters. Return the counts."""
    from ingestion.cli.dlq import redrive_report

    counts, failures = redrive_report.count(attempts), redrive_report.list_failures(attempts)
    columns = ["would be redriven" if is_dry else "redriven", "would fail again", "not taken"]
    document = {**counts, "dry_run": is_dry, "failures": failures}
    print_data(output, document, (columns, [counts.values()]))
    if output == "table":
        print_first(redrive_report.group_failures(failures))
    if counts["not_taken"]:
        console.print(redrive_report.NOT_TAKEN)
    return counts


def _exit_unless_all_redriven(counts: Mapping[str, int], missing: Sequence[str]) -> None:
    if missing:
        console.print(f"no dead letter {', '.join(missing)}")
    if counts["not_taken"]:
        raise typer.Exit(ExitCode.NOT_PUBLISHED)
    if counts["would_fail"]:
        raise typer.Exit(ExitCode.REJECTED)
    if missing:
        raise typer.Exit(ExitCode.NOT_FOUND)


app.command()(edit_command.edit)


@app.command()
def drop(
    deployment: Env,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Events' or messages' ids.")
    ] = None,
    source: QueueName = None,
    reason: Reason = None,
    since: Since = None,
    entity: EntityName = None,
    yes: Yes = False,
) -> None:
    """Drop dead letters permanently: by id, source, reason, entity or age."""
    from ingestion.cli.dlq import actions

    wanted = DeadLetterFilter(reason, since, ids or [], entity)
    actions.require_selection(source, wanted)
    queues = actions.dead_letter_queues(deployment, source)
    chosen = actions.select(wanted, actions.read_dead_letters(queues))
    if not chosen:
        exit_with_error("no such dead letter", ExitCode.NOT_FOUND)
    confirm(f"Drop {len(chosen)} permanently?", yes=yes)
    count = sum(1 for _ in actions.drop(queues, chosen))
    console.print(f"Dropped {count}.")
    if count < len(chosen):
        exit_with_error(
            f"{len(chosen) - count} are gone, or another command reads them", ExitCode.NOT_FOUND
        )
    if missing := wanted.missing_ids(chosen):
        exit_with_error(f"no dead letter {', '.join(missing)}", ExitCode.NOT_FOUND)
