"""Dead letters: look at them, bring them back, mend them, drop them."""

import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic_core import to_json

from ingestion.cli.audit import Line
from ingestion.cli.dlq.desk import Desk, Selection
from ingestion.cli.dlq.edits import Change, NoSuchPlace
from ingestion.cli.dlq.letter import Letter
from ingestion.cli.dlq.options import Ids, LetterId, Reason, Removals, Since, SourceName, Values
from ingestion.cli.dlq.redrive import Redrive
from ingestion.cli.environment import Checkout, Deployment
from ingestion.cli.options import Env, Limit, Output, Shown, ShowPersonal
from ingestion.cli.output import Code, print_data, stop, talk, tell
from ingestion.event import timestamp

app = typer.Typer(no_args_is_help=True, help=__doc__)


def _desk(checkout: Checkout, env: str, source: str | None, *, show_personal: bool = False) -> Desk:
    """The environment's desk; the command ends where the source has no queue there."""
    desk = Desk(Deployment.load(env, checkout), checkout, show_personal)
    if source not in (None, *desk.queues.urls):
        stop(f"no source {source!r}: there are {', '.join(desk.queues.urls)}")
    return desk


@app.command(name="list")
def list_letters(
    context: typer.Context,
    source: SourceName = None,
    reason: Reason = None,
    since: Since = None,
    limit: Limit = 100,
    show_personal: ShowPersonal = False,
    env: Env = "local",
    output: Shown = "table",
) -> None:
    """Count dead letters by reason, and list them."""
    desk = _desk(context.obj, env, source, show_personal=show_personal)
    selection = Selection(source, reason, since)
    names = desk.names(selection)
    seen = desk.queues.read(*names)
    behind = desk.queues.count(*names) - len(seen)
    found = list(selection.of(seen))
    shown = found[: limit or None]
    _print_list(desk, found, shown, output)
    if len(shown) < len(found):
        talk.print(f"… and {len(found) - len(shown)} more: see --limit")
    if behind > 0:
        talk.print(f"About {behind} more wait behind these, or are being looked at elsewhere.")


def _print_list(desk: Desk, found: list[Letter], shown: list[Letter], output: Output) -> None:
    """Show how many letters were found for each reason, and the letters to show."""
    counts = Counter((letter.queue, letter.reason) for letter in found)
    columns = ["queue", "reason", "count"]
    rows = [dict(zip(columns, (*key, n), strict=True)) for key, n in counts.items()]
    letters = [desk.summary(letter) for letter in shown]
    fields = ["event_id", "queue", "reason", "detail", "since", "redrive_count"]
    print_data(
        output,
        {"counts": rows, "letters": letters},
        (columns, [[*key, n] for key, n in counts.most_common()]),
        (["id", *fields[1:-1], "redriven"], [map(it.get, fields) for it in letters]),
    )


@app.command()
def show(
    context: typer.Context,
    letter_id: LetterId,
    source: SourceName = None,
    show_personal: ShowPersonal = False,
    env: Env = "local",
    output: Shown = "table",
) -> None:
    """Show a dead letter: the event, the reason, and what was done to it."""
    desk = _desk(context.obj, env, source, show_personal=show_personal)
    letter = _find(desk, source, letter_id)
    event, history = desk.content(letter), list(desk.audit.read(letter.id, letter.letter_id))
    shown = desk.summary(letter) | {
        "request_id": letter.request_id,
        "event": event,
        "would_fail": desk.would_fail(letter),
    }
    if records := desk.records(letter):
        shown["records"] = records
    text = {"event": letter.body if show_personal else to_json(event).decode()}
    done = [(_when(line), f"{line['action']} by {line['actor']}") for line in history]
    rows = [*(shown | text).items(), *done]
    print_data(output, shown | {"history": history}, (["field", "value"], rows))


def _when(line: Line) -> str:
    return timestamp(datetime.fromtimestamp(line["time"] / 1000, UTC))


def _find(desk: Desk, source: str | None, letter_id: str) -> Letter:
    """The one letter that is meant; the command ends where there is none, or more than one."""
    found = desk.find(Selection(source, ids=[letter_id]))
    if not found:
        stop(f"no dead letter {letter_id!r}", Code.NOT_FOUND)
    if len(found) > 1:
        ids = ", ".join(letter.letter_id for letter in found)
        stop(f"{len(found)} dead letters have this id: name one by its message's: {ids}")
    return found[0]


@app.command()
def redrive(
    context: typer.Context,
    source: SourceName = None,
    reason: Reason = None,
    since: Since = None,
    ids: Ids = None,
    limit: Limit = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    show_personal: ShowPersonal = False,
    env: Env = "local",
    output: Shown = "table",
) -> None:
    """Send dead letters back to where they failed. What would fail again stays, and is told."""
    selection = Selection(source, reason, since, ids or [])
    desk = _desk(context.obj, env, source, show_personal=show_personal)
    done = Redrive(desk, selection, limit or sys.maxsize, dry_run)
    try:
        done.run()
    finally:  # Also when interrupted: what went back went back.
        _print_redrive(done, output)
    if done.counts["not_taken"]:
        raise typer.Exit(Code.NOT_TAKEN)
    if done.failures:
        raise typer.Exit(Code.REFUSED)
    if done.absent:
        raise typer.Exit(Code.NOT_FOUND)


def _print_redrive(done: Redrive, output: Output) -> None:
    document = {**done.counts, "dry_run": done.is_dry, "failures": done.failures}
    redriven = "would be redriven" if done.is_dry else "redriven"
    columns = [redriven, "would fail again", "not taken"]
    print_data(output, document, (columns, [done.counts.values()]))
    if output == "table":
        tell([f"{it['event_id']}: {it['reason']}: {it['detail']}" for it in done.failures])
    if done.counts["not_taken"]:
        talk.print("Not all were taken: what was left is here, try again later.")
    if done.still_here:
        talk.print(
            f"{done.still_here} were taken and are still here: taking them twice is harmless."
        )
    if done.absent:
        talk.print(f"no dead letter {', '.join(done.absent)}")


@app.command()
def edit(
    context: typer.Context,
    letter_id: LetterId,
    values: Values = None,
    removals: Removals = None,
    source: SourceName = None,
    show_personal: ShowPersonal = False,
    env: Env = "local",
) -> None:
    """Mend a dead letter where it is, such as --set data.contract_type=works; then redrive it."""
    changes = [*(values or []), *(Change(path, is_removal=True) for path in removals or [])]
    if not changes:
        stop("say what to change: --set PATH=VALUE or --unset PATH")
    desk = _desk(context.obj, env, source, show_personal=show_personal)
    letter = _find(desk, source, letter_id)
    try:
        body = desk.edit(letter, changes)
    except NoSuchPlace as error:
        stop(str(error))
    if body is None:
        stop(f"dead letter {letter_id!r} is gone, or someone else looks at it", Code.NOT_FOUND)
    problem = desk.would_fail(replace(letter, body=body))
    talk.print(f"It would still fail: {problem}" if problem else "It may be redriven now.")
    if problem:
        raise typer.Exit(Code.REFUSED)


@app.command()
def drop(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Events' or messages' ids.")
    ] = None,
    source: SourceName = None,
    reason: Reason = None,
    since: Since = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    env: Env = "local",
) -> None:
    """Delete dead letters for good, by id or by what they have in common."""
    if not (ids or source or reason or since):
        stop("say which: an ID, --source, --reason or --since")
    desk = _desk(context.obj, env, source)
    selection = Selection(source, reason, since, ids or [])
    chosen = desk.find(selection)
    if not chosen:
        stop("no such dead letter", Code.NOT_FOUND)
    if not yes:
        typer.confirm(f"Delete {len(chosen)} for good?", abort=True, err=True)
    count = desk.drop(chosen)
    talk.print(f"Deleted {count}.")
    if count < len(chosen):
        stop(f"{len(chosen) - count} are gone, or someone else looks at them", Code.NOT_FOUND)
    if absent := selection.absent(chosen):
        stop(f"no dead letter {', '.join(absent)}", Code.NOT_FOUND)
