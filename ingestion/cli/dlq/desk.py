"""What an operator does with the dead letters of an environment, each deed written down first."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any

from ingestion.cli import masking
from ingestion.cli.audit import Audit, Line
from ingestion.cli.dlq.calls import FailedCall
from ingestion.cli.dlq.changes import ChangeFailure
from ingestion.cli.dlq.destinations import Destinations
from ingestion.cli.dlq.edits import Change
from ingestion.cli.dlq.letter import CHANGES, FILES, UNROUTED, Letter
from ingestion.cli.dlq.queues import MAX_MESSAGES, DeadLetterQueues
from ingestion.cli.dlq.stream import Record
from ingestion.cli.dlq.subscribers import SUBSCRIBER, Undelivered
from ingestion.cli.environment import THIS_CHECKOUT, Checkout, Deployment
from ingestion.errors import RejectedRecord
from ingestion.event import timestamp

MAX_ID_CHARACTERS = 256  # An event's id has no more; what is none may hold anything.

Page = list[Letter]


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
            and (not self.ids or not set(self.ids).isdisjoint(letter.ids))
        )

    def absent(self, letters: Iterable[Letter]) -> list[str]:
        """The ids that none of the letters has."""
        found = {letter_id for letter in letters for letter_id in letter.ids}
        return [letter_id for letter_id in self.ids if letter_id not in found]


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
        """All queues that hold what failed, with the kind of letter that is in each."""
        deployed = self.deployment
        subscribers = {
            f"{SUBSCRIBER}{name}": url
            for name, url in deployed.subscriber_dead_letter_queue_urls.items()
        }
        urls = {
            **deployed.dead_letter_queue_urls,
            UNROUTED: deployed.unrouted_queue_url,
            CHANGES: deployed.change_failures_queue_url,
            FILES: deployed.files_failures_queue_url,
            **subscribers,
        }
        kinds = dict.fromkeys(subscribers, Undelivered)
        letter_types = {CHANGES: ChangeFailure, FILES: FailedCall, **kinds}
        return DeadLetterQueues(deployed.client("sqs"), urls, letter_types)

    @cached_property
    def destinations(self) -> Destinations:
        """Where the letters go back to."""
        return Destinations(self.deployment, self.checkout)

    @cached_property
    def audit(self) -> Audit:
        """Where every change is written down."""
        return self.deployment.audit()

    def write_down(self, action: str, letters: Page, **more: Any) -> None:
        """Say in the audit log what is about to be done to letters, without their content."""
        lines = (_facts(it) | {"event_id": it.id[:MAX_ID_CHARACTERS]} | more for it in letters)
        self.audit.write(action, lines)

    def names(self, selection: Selection) -> list[str]:
        """The queues to look into."""
        return [selection.source] if selection.source else list(self.queues.urls)

    def find(self, selection: Selection) -> Page:
        """The letters that are meant; on return nobody holds them."""
        return list(selection.of(self.queues.read(*self.names(selection))))

    def would_fail(self, letter: Letter) -> str | None:
        """Why a letter would fail again, if it would."""
        try:
            letter.check(self.destinations)
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
        return _facts(letter) | {
            "detail": letter.detail if self.show_personal else letter.masked_detail
        }

    def content(self, letter: Letter) -> Any:
        """What a letter holds, as JSON, or as text where it is none."""
        if not self.show_personal:
            return letter.masked
        return letter.body if letter.document is None else letter.document

    def records(self, letter: Letter) -> list[Record] | None:
        """The stream's records that the letter is about; none where it is about none, or late."""
        if isinstance(letter, ChangeFailure):
            with suppress(RejectedRecord):
                records = letter.records(self.destinations)
                return records if self.show_personal else list(map(masking.record, records))
        return None

    def edit(self, letter: Letter, changes: list[Change]) -> str | None:
        """The body that the letter has now; none where it is gone, or held by someone else.

        Raises NoSuchPlace.
        """
        body = letter.edited(changes)
        with self.queues.look(letter.queue) as letters:
            again = next(_same(letters, [letter]), None)
            if again is None:
                return None
            self.write_down("edit", [letter], changed=[change.path for change in changes])
            self.queues.replace(again, body)
        return body

    def drop(self, chosen: Page) -> int:
        """Delete those of the letters that still show; how many."""
        count = 0
        for name in {letter.queue for letter in chosen}:
            with self.queues.look(name) as letters:
                found = _same(letters, [letter for letter in chosen if letter.queue == name])
                while page := list(islice(found, MAX_MESSAGES)):
                    self.write_down("drop", page)
                    count += self.queues.delete(page)
        return count

    def pages(self, selection: Selection) -> Generator[Page, None, None]:
        """The letters that are meant, a few of one queue at a time, held while worked on."""
        for name in dict.fromkeys(letter.queue for letter in self.find(selection)):
            with self.queues.look(name) as letters:
                meant = selection.of(letters)
                while page := list(islice(meant, MAX_MESSAGES)):
                    yield page


def _facts(letter: Letter) -> Line:
    return {
        "message_id": letter.letter_id,
        "event_id": letter.id,
        "queue": letter.queue,
        "reason": letter.reason,
        "since": timestamp(letter.sent_at),
        "redrive_count": letter.redrive_count,
    }


def _same(letters: Iterable[Letter], chosen: Page) -> Iterator[Letter]:
    """The chosen ones of the letters, as many as still show."""
    message_ids = {letter.message_id for letter in chosen}
    return islice((it for it in letters if it.message_id in message_ids), len(message_ids))
