"""Dead letters: look at them, bring them back, mend them, drop them."""

import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic_core import from_json, to_json

from ingestion.cli.audit import Line
from ingestion.cli.dlq.desk import Desk, Redrive, Selection
from ingestion.cli.dlq.redrive import CHANGES, FILES, UNROUTED, Change, Letter, NoSuchPlace
from ingestion.cli.environment import Checkout, Deployment
from ingestion.cli.output import (
    NOT_FOUND,
    NOT_TAKEN,
    REFUSED,
    WRONG_USAGE,
    Env,
    Output,
    Shown,
    ShowPersonal,
    moment,
    print_json,
    print_table,
    stop,
    talk,
)
from ingestion.event import timestamp

SHOWN_FAILURES = 20

app = typer.Typer(no_args_is_help=True, help=__doc__)

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


def _desk(checkout: Checkout, env: str, source: str | None, *, show_personal: bool = False) -> Desk:
    """The environment's desk; the command ends where the source has no queue there."""
    desk = Desk(Deployment.load(env, checkout), checkout, show_personal)
    if source not in (None, *desk.queues.urls):
        stop(f"no source {source!r}: there are {', '.join(desk.queues.urls)}", WRONG_USAGE)
    return desk


@app.command(name="list")
def list_letters(
    context: typer.Context,
    source: SourceName = None,
    reason: Reason = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(help="Show so many; 0 for all.", min=0)] = 100,
    show_personal: ShowPersonal = False,
    env: Env = "local",
    output: Shown = Output.TABLE,
) -> None:
    """Count dead letters by reason, and list them."""
    desk = _desk(context.obj, env, source, show_personal=show_personal)
    selection = Selection(source, reason, since)
    names = desk.names(selection)
    seen = desk.queues.read(*names)
    behind = max(0, desk.queues.count(*names) - len(seen))
    found = list(selection.of(seen))
    shown = found[: limit or None]
    _show_list(desk, found, shown, output)
    if len(shown) < len(found):
        talk.print(f"… and {len(found) - len(shown)} more: see --limit")
    if behind:
        talk.print(f"About {behind} more wait behind these, or are being looked at elsewhere.")


def _show_list(desk: Desk, found: list[Letter], shown: list[Letter], output: Output) -> None:
    """Show how many letters were found for each reason, and the letters to show."""
    counts = Counter((letter.queue, letter.reason) for letter in found)
    if output is Output.JSON:
        rows = [
            {"queue": queue, "reason": why, "count": count}
            for (queue, why), count in counts.items()
        ]
        print_json({"counts": rows, "letters": [desk.summary(letter) for letter in shown]})
    else:
        print_table(["queue", "reason", "count"], [[*key, n] for key, n in counts.most_common()])
        print_table(
            ["id", "queue", "reason", "detail", "since", "redriven"],
            [list(desk.summary(letter).values())[1:] for letter in shown],
        )


@app.command()
def show(
    context: typer.Context,
    letter_id: LetterId,
    source: SourceName = None,
    show_personal: ShowPersonal = False,
    env: Env = "local",
    output: Shown = Output.TABLE,
) -> None:
    """Show a dead letter: the event, the reason, and what was done to it."""
    desk = _desk(context.obj, env, source, show_personal=show_personal)
    letter = _find(desk, source, letter_id)
    shown = desk.summary(letter) | {
        "request_id": letter.request_id,
        "event": desk.content(letter),
        "would_fail": desk.would_fail(letter),
        "history": desk.history(letter),
    }
    if records := desk.records(letter):
        shown["records"] = records
    if output is Output.JSON:
        print_json(shown)
        return
    history = shown.pop("history")
    event = letter.body if show_personal else to_json(shown["event"]).decode()
    rows = [[name, value] for name, value in (shown | {"event": event}).items()]
    rows += [[_when(line), f"{line['action']} by {line['actor']}"] for line in history]
    print_table(["field", "value"], rows)


def _when(line: Line) -> str:
    return timestamp(datetime.fromtimestamp(line["time"] / 1000, UTC))


def _find(desk: Desk, source: str | None, letter_id: str) -> Letter:
    """The one letter that is meant; the command ends where there is none, or more than one."""
    found = desk.find(Selection(source, ids=[letter_id]))
    if not found:
        stop(f"no dead letter {letter_id!r}", NOT_FOUND)
    if len(found) > 1:
        ids = ", ".join(letter.letter_id for letter in found)
        stop(f"{len(found)} dead letters have this id: name one by its message's: {ids}", 2)
    return found[0]


@app.command()
def redrive(
    context: typer.Context,
    source: SourceName = None,
    reason: Reason = None,
    since: Since = None,
    ids: Ids = None,
    limit: Annotated[int, typer.Option(help="At most so many; 0 for all.", min=0)] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    show_personal: ShowPersonal = False,
    env: Env = "local",
    output: Shown = Output.TABLE,
) -> None:
    """Send dead letters back to where they failed. What would fail again stays, and is told."""
    selection = Selection(source, reason, since, ids or [])
    desk = _desk(context.obj, env, source, show_personal=show_personal)
    done = Redrive(desk, selection, limit or sys.maxsize, dry_run)
    try:
        done.run()
    finally:  # Also when interrupted: what went back went back.
        _show_redrive(done, output)
    if done.counts["not_taken"]:
        raise typer.Exit(NOT_TAKEN)
    if done.failures:
        raise typer.Exit(REFUSED)
    if done.absent:
        raise typer.Exit(NOT_FOUND)


def _show_redrive(done: Redrive, output: Output) -> None:
    if output is Output.JSON:
        print_json({**done.counts, "dry_run": done.is_dry, "failures": done.failures})
    else:
        redriven = "would be redriven" if done.is_dry else "redriven"
        print_table([redriven, "would fail again", "not taken"], [done.counts.values()])
        for failure in done.failures[:SHOWN_FAILURES]:
            talk.print(f"{failure['event_id']}: {failure['reason']}: {failure['detail']}")
        if len(done.failures) > SHOWN_FAILURES:
            talk.print(f"… and {len(done.failures) - SHOWN_FAILURES} more: see -o json")
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
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Text; PATH:=VALUE for other JSON."),
    ] = None,
    removals: Annotated[
        list[str] | None, typer.Option("--unset", metavar="PATH", help="Take a field away.")
    ] = None,
    source: SourceName = None,
    show_personal: ShowPersonal = False,
    env: Env = "local",
) -> None:
    """Mend a dead letter where it is, such as --set data.contract_type=works; then redrive it."""
    changes = [_change(text) for text in values or []]
    changes += [Change(path, is_removal=True) for path in removals or []]
    if not changes:
        stop("say what to change: --set PATH=VALUE or --unset PATH", WRONG_USAGE)
    desk = _desk(context.obj, env, source, show_personal=show_personal)
    letter = _find(desk, source, letter_id)
    try:
        body = desk.edit(letter, changes)
    except NoSuchPlace as error:
        stop(str(error), WRONG_USAGE)
    if body is None:
        stop(f"dead letter {letter_id!r} is gone, or someone else looks at it", NOT_FOUND)
    problem = desk.would_fail(replace(letter, body=body))
    talk.print(f"It would still fail: {problem}" if problem else "It may be redriven now.")
    if problem:
        raise typer.Exit(REFUSED)


def _change(text: str) -> Change:
    if not _is_utf8(text):
        stop("--set takes text in UTF-8", WRONG_USAGE)
    path, separator, value = text.partition("=")
    if not separator or not path.rstrip(":"):
        stop("--set takes PATH=VALUE", WRONG_USAGE)
    if not path.endswith(":"):
        return Change(path, value)
    try:
        return Change(path[:-1], from_json(value))
    except ValueError as error:
        stop(f"--set {path}= takes JSON: {error}", WRONG_USAGE)


def _is_utf8(text: str) -> bool:
    """Whether the shell handed on sound bytes: of others Python makes lone surrogates."""
    return text.encode(errors="ignore").decode() == text


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
        stop("say which: an ID, --source, --reason or --since", WRONG_USAGE)
    desk = _desk(context.obj, env, source)
    selection = Selection(source, reason, since, ids or [])
    chosen = desk.find(selection)
    if not chosen:
        stop("no such dead letter", NOT_FOUND)
    if not yes:
        typer.confirm(f"Delete {len(chosen)} for good?", abort=True, err=True)
    count = desk.drop(chosen)
    talk.print(f"Deleted {count}.")
    if count < len(chosen):
        stop(f"{len(chosen) - count} are gone, or someone else looks at them", NOT_FOUND)
    if absent := selection.absent(chosen):
        stop(f"no dead letter {', '.join(absent)}", NOT_FOUND)
