"""What an operator does with the dead letters of an environment, each deed written down first."""

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any

from ingestion.cli import masking
from ingestion.cli.audit import Audit, Line
from ingestion.cli.dlq.calls import ToFunction
from ingestion.cli.dlq.redrive import (
    CHANGES,
    FILES,
    MAX_MESSAGES,
    UNROUTED,
    Change,
    DeadLetterQueues,
    Letter,
)
from ingestion.cli.dlq.stream import Record
from ingestion.cli.dlq.ways import Sent, ToChanges, ToRouter, ToSubscriber, Way
from ingestion.cli.environment import THIS_CHECKOUT, Checkout, Deployment
from ingestion.errors import RejectedRecord
from ingestion.event import timestamp

MAX_ID_CHARACTERS = 256  # An event's id has no more; what is none may hold anything.

Page = list[Letter]
Sound = list[tuple[Letter, Any]]  # With what goes back.
Failed = tuple[Letter, RejectedRecord]


def subscriber(name: str) -> str:
    """What the dead-letter queue of a subscriber is called: no source has such a name."""
    return f"subscriber {name}"


def _audited(letter: Letter) -> Line:
    """What the audit log says of a letter: no content."""
    return {
        "message_id": letter.letter_id,
        "event_id": letter.id[:MAX_ID_CHARACTERS],
        "queue": letter.queue,
        "reason": letter.reason,
        "since": timestamp(letter.sent_at),
        "redrive_count": letter.redrive_count,
    }


@dataclass(frozen=True)
class Selection:
    """Which dead letters are meant: of a queue, for a reason, since a time, of these ids."""

    source: str | None = None
    reason: str | None = None
    since: datetime | None = None
    ids: list[str] = field(default_factory=list)

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


@dataclass(frozen=True)
class Desk:
    """An environment's dead letters, and all that is needed to work on them.

    What is personal in them is told only if wanted.
    """

    deployment: Deployment
    checkout: Checkout = THIS_CHECKOUT
    show_personal: bool = False

    @cached_property
    def queues(self) -> DeadLetterQueues:
        """All queues that hold what failed."""
        deployed = self.deployment
        subscribers = deployed.subscriber_dead_letter_queue_urls.items()
        urls = {
            **deployed.dead_letter_queue_urls,
            UNROUTED: deployed.unrouted_queue_url,
            CHANGES: deployed.change_failures_queue_url,
            FILES: deployed.files_failures_queue_url,
            **{subscriber(name): url for name, url in subscribers},
        }
        letter_types = {name: way.letter_type for name, way in self.ways.items()}
        return DeadLetterQueues(deployed.client("sqs"), urls, letter_types)

    @cached_property
    def ways(self) -> dict[str, Way]:
        """How the letters of each queue go back."""
        deployed = self.deployment
        to_router = ToRouter(deployed, self.checkout)
        return {
            **dict.fromkeys([*deployed.dead_letter_queue_urls, UNROUTED], to_router),
            CHANGES: ToChanges(deployed),
            FILES: ToFunction(deployed),
            **{
                subscriber(name): ToSubscriber(deployed, arn)
                for name, arn in deployed.subscriber_queue_arns.items()
            },
        }

    @cached_property
    def audit(self) -> Audit:
        """Where every change is written down."""
        return self.deployment.audit()

    def names(self, selection: Selection) -> list[str]:
        """The queues to look into."""
        return [selection.source] if selection.source else list(self.queues.urls)

    def find(self, selection: Selection) -> Page:
        """The letters that are meant; on return nobody holds them."""
        return list(selection.of(self.queues.read(*self.names(selection))))

    def would_fail(self, letter: Letter) -> str | None:
        """Why a letter would fail again, if it would."""
        try:
            self.ways[letter.queue].check(letter)
        except RejectedRecord as rejection:
            return f"{rejection.reason}: {self.said(letter, rejection)}"
        return None

    def said(self, letter: Letter, rejection: RejectedRecord) -> str:
        """The faults of a letter, as they are found now."""
        if self.show_personal:
            return rejection.detail
        faults = [(e.field, masking.fault(e.message, letter.document)) for e in rejection.errors]
        return "; ".join(": ".join(filter(None, fault)) for fault in faults)

    def summary(self, letter: Letter) -> Line:
        """A letter as lists show it."""
        return {
            "message_id": letter.letter_id,
            "event_id": letter.id,
            "queue": letter.queue,
            "reason": letter.reason,
            "detail": letter.detail if self.show_personal else letter.masked_detail,
            "since": timestamp(letter.sent_at),
            "redrive_count": letter.redrive_count,
        }

    def content(self, letter: Letter) -> Any:
        """What a letter holds, as JSON, or as text where it is none."""
        if not self.show_personal:
            return letter.masked
        return letter.body if letter.document is None else letter.document

    def records(self, letter: Letter) -> list[Record] | None:
        """The stream's records that the letter is about; none where it is about none, or late."""
        way = self.ways[letter.queue]
        if isinstance(way, ToChanges):
            with suppress(RejectedRecord):
                records = way.records(letter)
                return records if self.show_personal else list(map(masking.record, records))
        return None

    def history(self, letter: Letter) -> list[Line]:
        """What was done to a letter, oldest first."""
        return list(self.audit.read(letter.id, letter.letter_id))

    def edit(self, letter: Letter, changes: list[Change]) -> str | None:
        """The body that the letter has now; none where it is gone, or held by someone else.

        Raises NoSuchPlace.
        """
        body = letter.edited(changes)
        with self.queues.look(letter.queue) as letters:
            again = next(_same(letters, [letter]), None)
            if again is None:
                return None
            paths = {"changed": [change.path for change in changes]}
            self.audit.write("edit", [_audited(letter) | paths])
            self.queues.replace(again, body)
        return body

    def drop(self, chosen: Page) -> int:
        """Delete those of the letters that still show; how many."""
        count = 0
        for name in {letter.queue for letter in chosen}:
            with self.queues.look(name) as letters:
                found = _same(letters, [letter for letter in chosen if letter.queue == name])
                while page := list(islice(found, MAX_MESSAGES)):
                    self.audit.write("drop", [_audited(letter) for letter in page])
                    count += self.queues.delete(page)
        return count

    def pages(self, selection: Selection) -> Generator[Page, None, None]:
        """The letters that are meant, a few of one queue at a time, held while worked on."""
        for name in dict.fromkeys(letter.queue for letter in self.find(selection)):
            with self.queues.look(name) as letters:
                meant = selection.of(letters)
                while page := list(islice(meant, MAX_MESSAGES)):
                    yield page


def _same(letters: Iterable[Letter], chosen: Page) -> Iterator[Letter]:
    """The chosen ones of the letters, as many as still show."""
    message_ids = {letter.message_id for letter in chosen}
    return islice((it for it in letters if it.message_id in message_ids), len(message_ids))


@dataclass
class Redrive:
    """Brings dead letters back, at most `room`, and counts what became of those it met.

    `still_here` counts those that were taken and the queue did not let go.
    """

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
        """Go on until all are met, there is room for no more, or they are no longer taken."""
        met: Page = []
        with closing(self.desk.pages(self.selection)) as pages:
            for page in pages:
                met += page
                if not self._send_back(page):
                    return
        self.absent = self.selection.absent(met)

    def _send_back(self, page: Page) -> bool:
        """Send back what would not fail again; whether to go on."""
        sound, failed = self._sorted_out(page)
        sound = sound[: self.room]
        sent = Sent([letter for letter, _ in sound], []) if self.is_dry else self._send(sound)
        failed += sent.failed
        left = len(sound) - len(sent.taken) - len(sent.failed)
        self.failures += [self._told(letter, rejection) for letter, rejection in failed]
        self.room -= len(sent.taken)
        self.counts.update(redriven=len(sent.taken), would_fail=len(failed), not_taken=left)
        return not left and self.room > 0

    def _sorted_out(self, page: Page) -> tuple[Sound, list[Failed]]:
        """What may go back; and why the others may not."""
        sound: Sound = []
        failed: list[Failed] = []
        for letter in page:
            try:
                sound.append((letter, self.desk.ways[letter.queue].check(letter)))
            except RejectedRecord as rejection:
                failed.append((letter, rejection))
        return sound, failed

    def _send(self, sound: Sound) -> Sent:
        """Send, then delete what was taken: a crash between repeats, which readers absorb."""
        if not sound:
            return Sent([], [])
        self.desk.audit.write("redrive", [_audited(letter) for letter, _ in sound])
        sent = self.desk.ways[sound[0][0].queue].send(sound)
        self.still_here += len(sent.taken) - self.desk.queues.delete(sent.taken)
        return sent

    def _told(self, letter: Letter, rejection: RejectedRecord) -> Line:
        why = {"reason": rejection.reason, "detail": self.desk.said(letter, rejection)}
        return {"event_id": letter.id, "message_id": letter.letter_id, **why}
