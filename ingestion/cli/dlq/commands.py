"""Dead letters: show, edit, redrive and drop them."""

import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic_core import to_json

from ingestion.cli.audit import Line
from ingestion.cli.dlq.dead_letter import DeadLetter, DeadLetterFilter
from ingestion.cli.dlq.field_edit import EditRefused, FieldEdit
from ingestion.cli.dlq.options import DeadLetterId, Ids, QueueName, Reason, Removals, Since, Values
from ingestion.cli.dlq.service import DeadLetterService, facts
from ingestion.cli.dlq.stream_target import StreamTarget
from ingestion.cli.dlq.target import OUTCOMES, RedriveAttempt
from ingestion.cli.environment import Deployment
from ingestion.cli.options import Env, Limit, Output, Shown, ShowPersonal
from ingestion.cli.output import Code, print_data, print_first, stop, talk
from ingestion.event import REQUEST_ID, timestamp

app = typer.Typer(no_args_is_help=True, help=__doc__)


def _service(
    deployment: Deployment, source: str | None, *, show_personal: bool = False
) -> DeadLetterService:
    """Return the environment's dead letters. The command ends if it has no queue of this name."""
    service = DeadLetterService(deployment, show_personal)
    if source not in (None, *service.queues):
        stop(f"no source {source!r}: there are {', '.join(service.queues)}")
    return service


@app.command(name="list")
def list_dead_letters(
    deployment: Env,
    source: QueueName = None,
    reason: Reason = None,
    since: Since = None,
    limit: Limit = 100,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Count dead letters by reason, and list them."""
    service = _service(deployment, source, show_personal=show_personal)
    visible = service.read(source)
    hidden = sum(queue.count() for queue in service.queues_of(source)) - len(visible)
    found = list(filter(DeadLetterFilter(source, reason, since).matches, visible))
    letters = [facts(letter) | {"detail": letter.detail} for letter in found[: limit or None]]
    counts = Counter((letter.queue, letter.reason) for letter in found).most_common()
    columns = ["queue", "reason", "count"]
    rows = [[*key, count] for key, count in counts]
    fields = ["event_id", "queue", "reason", "detail", "since", "redrive_count"]
    print_data(
        output,
        {"counts": [dict(zip(columns, row, strict=True)) for row in rows], "letters": letters},
        (columns, rows),
        (["id", *fields[1:-1], "redriven"], [map(letter.get, fields) for letter in letters]),
    )
    if len(letters) < len(found):
        talk.print(f"… and {len(found) - len(letters)} more: see --limit")
    if hidden > 0:
        talk.print(f"About {hidden} more wait behind these, or another command reads them.")


@app.command()
def show(
    deployment: Env,
    letter_id: DeadLetterId,
    source: QueueName = None,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Show a dead letter: the event, the reason, and what was done to it."""
    service = _service(deployment, source, show_personal=show_personal)
    letter = _find(service, source, letter_id)
    history = list(service.audit_log.read(letter.event_id, letter.original_id))
    shown = facts(letter) | {
        "detail": letter.detail,
        "request_id": letter.attributes.get(REQUEST_ID, ""),
        "event": letter.content,
        "would_fail": service.would_fail(letter),
    }
    target = service.queues[letter.queue].target
    if isinstance(target, StreamTarget) and (records := target.shown_records(letter)):
        shown["records"] = records
    text = {"event": letter.body if show_personal else to_json(letter.content).decode()}
    actions = [(_time(line), f"{line['action']} by {line['actor']}") for line in history]
    rows = [*(shown | text).items(), *actions]
    print_data(output, shown | {"history": history}, (["field", "value"], rows))


def _time(line: Line) -> str:
    return timestamp(datetime.fromtimestamp(line["time"] / 1000, UTC))


def _find(service: DeadLetterService, source: str | None, letter_id: str) -> DeadLetter:
    """Return the dead letter with this id. The command ends if there is none, or more than one."""
    found = service.find(DeadLetterFilter(source, ids=[letter_id]))
    if not found:
        stop(f"no dead letter {letter_id!r}", Code.NOT_FOUND)
    if len(found) > 1:
        ids = ", ".join(letter.original_id for letter in found)
        stop(f"{len(found)} dead letters have this id: use the id of a message: {ids}")
    return found[0]


@app.command()
def redrive(
    deployment: Env,
    source: QueueName = None,
    reason: Reason = None,
    since: Since = None,
    ids: Ids = None,
    limit: Limit = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Send dead letters back to where they failed. Those that would fail again stay."""
    wanted = DeadLetterFilter(source, reason, since, ids or [])
    service = _service(deployment, source, show_personal=show_personal)
    found = service.find(wanted)
    names = dict.fromkeys(letter.queue for letter in found)
    attempts: list[RedriveAttempt] = []
    try:
        attempts.extend(service.redrive(wanted, names, limit or sys.maxsize, is_dry=dry_run))
    finally:  # Also when interrupted: what was redriven stays redriven.
        counts = {name: sum(a.outcome == name for a in attempts) for name in OUTCOMES}
        failures = [service.failure(a.letter, a.rejection) for a in attempts if a.rejection]
        _print_redrive(counts, failures, dry_run, output)
    if missing := wanted.missing_ids(found):
        talk.print(f"no dead letter {', '.join(missing)}")
    if counts["not_taken"]:
        raise typer.Exit(Code.NOT_TAKEN)
    if failures:
        raise typer.Exit(Code.REFUSED)
    if missing:
        raise typer.Exit(Code.NOT_FOUND)


def _print_redrive(
    counts: dict[str, int], failures: list[Line], is_dry: bool, output: Output
) -> None:
    document = {**counts, "dry_run": is_dry, "failures": failures}
    redriven = "would be redriven" if is_dry else "redriven"
    columns = [redriven, "would fail again", "not taken"]
    print_data(output, document, (columns, [counts.values()]))
    if output == "table":
        lines = [f"{line['event_id']}: {line['reason']}: {line['detail']}" for line in failures]
        print_first(lines)
    if counts["not_taken"]:
        talk.print("Not all were taken. The others are still dead letters: redrive them later.")


@app.command()
def edit(
    deployment: Env,
    letter_id: DeadLetterId,
    values: Values = None,
    removals: Removals = None,
    source: QueueName = None,
    show_personal: ShowPersonal = False,
) -> None:
    """Edit a dead letter's event, such as --set data.contract_type=works; then redrive it."""
    edits = [*(values or []), *(FieldEdit(path, is_removal=True) for path in removals or [])]
    if not edits:
        stop("say what to change: --set PATH=VALUE or --unset PATH")
    service = _service(deployment, source, show_personal=show_personal)
    letter = _find(service, source, letter_id)
    try:
        body = service.edit(letter, edits)
    except EditRefused as error:
        stop(str(error))
    if body is None:
        stop(f"dead letter {letter_id!r} is gone, or another command reads it", Code.NOT_FOUND)
    problem = service.would_fail(replace(letter, body=body))
    talk.print(f"It would still fail: {problem}" if problem else "It may be redriven now.")
    if problem:
        raise typer.Exit(Code.REFUSED)


@app.command()
def drop(
    deployment: Env,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Events' or messages' ids.")
    ] = None,
    source: QueueName = None,
    reason: Reason = None,
    since: Since = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete dead letters for good, by id or by what they have in common."""
    if not (ids or source or reason or since):
        stop("say which: an ID, --source, --reason or --since")
    service = _service(deployment, source)
    wanted = DeadLetterFilter(source, reason, since, ids or [])
    chosen = service.find(wanted)
    if not chosen:
        stop("no such dead letter", Code.NOT_FOUND)
    if not yes:
        typer.confirm(f"Delete {len(chosen)} for good?", abort=True, err=True)
    count = service.drop(chosen)
    talk.print(f"Deleted {count}.")
    if count < len(chosen):
        stop(f"{len(chosen) - count} are gone, or another command reads them", Code.NOT_FOUND)
    if missing := wanted.missing_ids(chosen):
        stop(f"no dead letter {', '.join(missing)}", Code.NOT_FOUND)
