"""Dead letters: look at them, bring them back, mend them, drop them."""

import re
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Annotated

import typer
from pydantic_core import from_json

from ingestion.audit import Audit, Line
from ingestion.catalog import Catalog
from ingestion.deployment import Deployment, load_catalog
from ingestion.errors import RejectedRecord
from ingestion.event import timestamp
from ingestion.redrive import (
    MAX_MESSAGES,
    UNROUTED,
    Change,
    DeadLetterQueues,
    Letter,
    NoSuchPlace,
    Redriven,
)
from ingestion.router import Router
from ingestion.terminal import (
    NOT_FOUND,
    NOT_TAKEN,
    REFUSED,
    WRONG_USAGE,
    Env,
    Output,
    Shown,
    print_json,
    print_table,
    stop,
    talk,
)

PUBLISH_SECONDS = 30  # Of the time that a page of letters is held.
SHOWN_FAILURES = 20
MAX_ID_CHARACTERS = 256  # An event's id has no more; what is none may hold anything.
_AGE = re.compile(r"(\d{1,6})([smhd])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

app = typer.Typer(no_args_is_help=True, help=__doc__)


def _moment(text: str) -> datetime:
    """A moment as RFC 3339 or as an age such as 2h."""
    try:
        if age := _AGE.fullmatch(text):
            return datetime.now(UTC) - timedelta(**{_UNITS[age[2]]: int(age[1])})
        moment = datetime.fromisoformat(text.upper())
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter("must be an age such as 30m, 2h or 7d, or a time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


LetterId = Annotated[str, typer.Argument(metavar="ID", help="The event's id, or the message's.")]
SourceName = Annotated[
    str | None, typer.Option("--source", help=f"A source, or {UNROUTED}; all unless told.")
]
Reason = Annotated[str | None, typer.Option("--reason", help="Such as invalid_entity.")]
Since = Annotated[
    datetime | None,
    typer.Option(
        "--since", parser=_moment, help="Put aside since: 30m, 2h, 7d, or 2026-01-31T12:00:00Z."
    ),
]
Ids = Annotated[list[str] | None, typer.Option("--id", help="The event's or the message's id.")]


@dataclass(frozen=True)
class Desk:
    """What an operator of an environment works with."""

    deployment: Deployment

    @cached_property
    def queues(self) -> DeadLetterQueues:
        """All queues that hold what failed."""
        urls = self.deployment.dead_letter_queue_urls | {
            UNROUTED: self.deployment.unrouted_queue_url
        }
        return DeadLetterQueues(self.deployment.client("sqs"), urls)

    @cached_property
    def audit(self) -> Audit:
        """Where every change is written down."""
        actor = self.deployment.client("sts").get_caller_identity()["Arn"]
        return Audit(self.deployment.client("logs"), self.deployment.audit_log_group, actor)

    @cached_property
    def catalog(self) -> Catalog:
        """Who may send what, as of this checkout."""
        return load_catalog()

    @cached_property
    def router(self) -> Router:
        """The way back."""
        sns = self.deployment.client("sns")
        return Router(sns, self.deployment.topic_arn, ThreadPoolExecutor(MAX_MESSAGES))


@dataclass(frozen=True)
class Selection:
    """Which dead letters are meant."""

    source: str | None = None
    reason: str | None = None
    since: datetime | None = None
    ids: list[str] = field(default_factory=list)

    def names(self, queues: DeadLetterQueues) -> list[str]:
        """The queues to look into."""
        if self.source is None:
            return list(queues.urls)
        if self.source not in queues.urls:
            stop(f"no source {self.source!r}: there are {', '.join(queues.urls)}", WRONG_USAGE)
        return [self.source]

    def of(self, letters: Iterable[Letter]) -> Iterator[Letter]:
        """Those of the letters that are meant."""
        return (
            letter
            for letter in letters
            if self.reason in (None, letter.reason)
            and (self.since is None or letter.sent_at >= self.since)
            and (not self.ids or any(letter_id in self.ids for letter_id in _ids(letter)))
        )

    def absent(self, letters: Iterable[Letter]) -> list[str]:
        """The ids that none of the letters has."""
        found = {letter_id for letter in letters for letter_id in _ids(letter)}
        return [letter_id for letter_id in self.ids if letter_id not in found]


def _ids(letter: Letter) -> tuple[str, str, str]:
    """What a letter may be called: its event's id, and its message's, now and before edits."""
    return letter.id, letter.message_id, letter.letter_id


@app.command(name="list")
def list_letters(
    source: SourceName = None,
    reason: Reason = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(help="Show so many; 0 for all.", min=0)] = 100,
    env: Env = "local",
    output: Shown = Output.TABLE,
) -> None:
    """Count dead letters by reason, and list them."""
    queues = Desk(Deployment.load(env)).queues
    selection = Selection(source, reason, since)
    names = selection.names(queues)
    seen = queues.read(*names)
    behind = max(0, queues.count(*names) - len(seen))
    found = list(selection.of(seen))
    counts = Counter((letter.queue, letter.reason) for letter in found)
    shown = found[: limit or None]
    if output is Output.JSON:
        rows = [
            {"queue": queue, "reason": why, "count": count}
            for (queue, why), count in counts.items()
        ]
        print_json({"counts": rows, "letters": [_summary(letter) for letter in shown]})
    else:
        print_table(["queue", "reason", "count"], [[*key, n] for key, n in counts.most_common()])
        print_table(
            ["id", "queue", "reason", "detail", "since", "redriven"],
            [list(_summary(letter).values())[1:] for letter in shown],
        )
    if len(shown) < len(found):
        talk.print(f"… and {len(found) - len(shown)} more: see --limit")
    if behind:
        talk.print(f"About {behind} more wait behind these, or are being looked at elsewhere.")


def _summary(letter: Letter) -> Line:
    return {
        "message_id": letter.letter_id,
        "event_id": letter.id,
        "queue": letter.queue,
        "reason": letter.reason,
        "detail": letter.detail,
        "since": timestamp(letter.sent_at),
        "redrive_count": letter.redrive_count,
    }


@app.command()
def show(
    letter_id: LetterId,
    source: SourceName = None,
    env: Env = "local",
    output: Shown = Output.TABLE,
) -> None:
    """Show a dead letter: the event, the reason, and what was done to it."""
    desk = Desk(Deployment.load(env))
    letter = _find(desk.queues, Selection(source, ids=[letter_id]))
    shown = _summary(letter) | {
        "event": letter.body if letter.document is None else letter.document,
        "would_fail": _would_fail(letter, desk.catalog),
        "history": list(desk.audit.read(letter.id, letter.letter_id)),
    }
    if output is Output.JSON:
        print_json(shown)
        return
    history = shown.pop("history")
    rows = [[name, value] for name, value in (shown | {"event": letter.body}).items()]
    rows += [[_when(line), f"{line['action']} by {line['actor']}"] for line in history]
    print_table(["field", "value"], rows)


def _when(line: Line) -> str:
    return timestamp(datetime.fromtimestamp(line["time"] / 1000, UTC))


def _find(queues: DeadLetterQueues, selection: Selection) -> Letter:
    """The one letter that is meant; the command ends where there is none, or more than one."""
    found = list(selection.of(queues.read(*selection.names(queues))))
    if not found:
        stop(f"no dead letter {selection.ids[0]!r}", NOT_FOUND)
    if len(found) > 1:
        ids = ", ".join(letter.message_id for letter in found)
        stop(f"{len(found)} dead letters have this id: name one by its message's: {ids}", 2)
    return found[0]


def _would_fail(letter: Letter, catalog: Catalog) -> str | None:
    """Why a letter would fail again, if it would."""
    try:
        letter.redriven(catalog)
    except RejectedRecord as rejection:
        return f"{rejection.reason}: {rejection.detail}"
    return None


@app.command()
def redrive(
    source: SourceName = None,
    reason: Reason = None,
    since: Since = None,
    ids: Ids = None,
    limit: Annotated[int, typer.Option(help="At most so many; 0 for all.", min=0)] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    env: Env = "local",
    output: Shown = Output.TABLE,
) -> None:
    """Send dead letters to the router again. What would fail again stays, and is told."""
    desk = Desk(Deployment.load(env))
    done = Redrive(desk, Selection(source, reason, since, ids or []), limit or sys.maxsize, dry_run)
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


@dataclass
class Redrive:
    """Brings dead letters back, at most `room`, and counts what became of those it met."""

    desk: Desk
    selection: Selection
    room: int
    is_dry: bool
    counts: Counter[str] = field(
        default_factory=lambda: Counter(redriven=0, would_fail=0, not_taken=0)
    )
    failures: list[Line] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    still_here: int = 0

    def run(self) -> None:
        """Go on until all are met, there is room for no more, or the router stops taking them."""
        met: list[Letter] = []
        with closing(_pages(self.desk.queues, self.selection)) as pages:
            for page in pages:
                met += page
                if not self._send_back(page):
                    return
        self.absent = self.selection.absent(met)

    def _send_back(self, page: list[Letter]) -> bool:
        """Send back what would not fail again; whether to go on."""
        sound, unsound = _sorted_out(page, self.desk.catalog)
        sound = sound[: self.room]
        left = set() if self.is_dry else self._publish(sound)
        self.failures += unsound
        self.room -= len(sound) - len(left)
        self.counts.update(
            redriven=len(sound) - len(left), would_fail=len(unsound), not_taken=len(left)
        )
        return not left and self.room > 0

    def _publish(self, sound: "Sound") -> set[int]:
        """Publish, then delete what was taken: a crash between repeats, which the store absorbs."""
        if not sound:
            return set()
        self.desk.audit.write("redrive", [_audited(letter) for letter, _ in sound])
        events = [event for _, event in sound]
        deadline = time.monotonic() + PUBLISH_SECONDS
        left = {id(event) for event, _ in self.desk.router.publish(events, deadline)}
        taken = [letter for letter, event in sound if id(event) not in left]
        self.still_here += len(taken) - self.desk.queues.delete(taken)
        return left


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
        talk.print("The router does not take them all: what was left is here, try again later.")
    if done.still_here:
        talk.print(
            f"{done.still_here} were taken and are still here: taking them twice is harmless."
        )
    if done.absent:
        talk.print(f"no dead letter {', '.join(done.absent)}")


def _pages(queues: DeadLetterQueues, selection: Selection) -> Generator[list[Letter], None, None]:
    """The letters that are meant, a few of one queue at a time, held while they are worked on."""
    names = selection.names(queues)
    for name in dict.fromkeys(letter.queue for letter in selection.of(queues.read(*names))):
        with queues.look(name) as letters:
            meant = selection.of(letters)
            while page := list(islice(meant, MAX_MESSAGES)):
                yield page


Sound = list[tuple[Letter, Redriven]]


def _sorted_out(letters: list[Letter], catalog: Catalog) -> tuple[Sound, list[Line]]:
    """What may go back; and why the others may not."""
    sound: Sound = []
    unsound: list[Line] = []
    for letter in letters:
        try:
            sound.append((letter, letter.redriven(catalog)))
        except RejectedRecord as rejection:
            why = {"reason": rejection.reason, "detail": rejection.detail}
            unsound.append({"event_id": letter.id, "message_id": letter.message_id, **why})
    return sound, unsound


def _audited(letter: Letter) -> Line:
    """What the audit log says of a letter: no content."""
    summary = _summary(letter)
    del summary["detail"]
    return summary | {"event_id": letter.id[:MAX_ID_CHARACTERS]}


@app.command()
def edit(
    letter_id: LetterId,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Text; PATH:=VALUE for other JSON."),
    ] = None,
    removals: Annotated[
        list[str] | None, typer.Option("--unset", metavar="PATH", help="Take a field away.")
    ] = None,
    source: SourceName = None,
    env: Env = "local",
) -> None:
    """Mend a dead letter where it is, such as --set data.contract_type=works; then redrive it."""
    changes = [_change(text) for text in values or []]
    changes += [Change(path, is_removal=True) for path in removals or []]
    if not changes:
        stop("say what to change: --set PATH=VALUE or --unset PATH", WRONG_USAGE)
    desk = Desk(Deployment.load(env))
    letter = _find(desk.queues, Selection(source, ids=[letter_id]))
    try:
        body = letter.edited(changes)
    except NoSuchPlace as error:
        stop(str(error), WRONG_USAGE)
    with desk.queues.look(letter.queue) as letters:
        again = next(_same(letters, {letter.message_id}), None)
        if again is None:
            stop(f"dead letter {letter_id!r} is gone, or someone else looks at it", NOT_FOUND)
        paths = {"changed": [change.path for change in changes]}
        desk.audit.write("edit", [_audited(letter) | paths])
        desk.queues.replace(again, body)
    problem = _would_fail(replace(letter, body=body), desk.catalog)
    talk.print(f"It would still fail: {problem}" if problem else "It may be redriven now.")
    if problem:
        raise typer.Exit(REFUSED)


def _change(text: str) -> Change:
    if not _is_utf8(text):
        stop("--set takes text in UTF-8", WRONG_USAGE)
    path, separator, value = text.partition("=")
    if not separator or not path.rstrip(":"):
        stop(f"--set takes PATH=VALUE, not {text!r}", WRONG_USAGE)
    if not path.endswith(":"):
        return Change(path, value)
    try:
        return Change(path[:-1], from_json(value))
    except ValueError as error:
        stop(f"--set {path}= takes JSON: {error}", WRONG_USAGE)


def _is_utf8(text: str) -> bool:
    """Whether the shell handed on sound bytes: of others Python makes lone surrogates."""
    return text.encode(errors="ignore").decode() == text


def _same(letters: Iterable[Letter], message_ids: set[str]) -> Iterator[Letter]:
    """The letters with these message ids, as many as still show."""
    return islice((it for it in letters if it.message_id in message_ids), len(message_ids))


@app.command()
def drop(
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
    desk = Desk(Deployment.load(env))
    selection = Selection(source, reason, since, ids or [])
    chosen = list(selection.of(desk.queues.read(*selection.names(desk.queues))))
    if not chosen:
        stop("no such dead letter", NOT_FOUND)
    if not yes:
        typer.confirm(f"Delete {len(chosen)} for good?", abort=True, err=True)
    count = sum(_drop(desk, queue, chosen) for queue in {letter.queue for letter in chosen})
    talk.print(f"Deleted {count}.")
    if count < len(chosen):
        stop(f"{len(chosen) - count} are gone, or someone else looks at them", NOT_FOUND)
    if absent := selection.absent(chosen):
        stop(f"no dead letter {', '.join(absent)}", NOT_FOUND)


def _drop(desk: Desk, queue: str, chosen: list[Letter]) -> int:
    """Delete those of the letters that a queue still shows; how many."""
    wanted = {letter.message_id for letter in chosen if letter.queue == queue}
    count = 0
    with desk.queues.look(queue) as letters:
        found = _same(letters, wanted)
        while page := list(islice(found, MAX_MESSAGES)):
            desk.audit.write("drop", [_audited(letter) for letter in page])
            count += desk.queues.delete(page)
    return count
