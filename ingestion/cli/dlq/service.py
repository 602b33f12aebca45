"""What an operator does with an environment's dead letters. Each action is audited first."""

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from typing import Any

from ingestion.cli import redact_output
from ingestion.cli.audit import Audit, Line
from ingestion.cli.dlq.dead_letter import DeadLetter, DeadLetterFilter
from ingestion.cli.dlq.field_edit import EditRefused, FieldEdit, edited_body
from ingestion.cli.dlq.function_target import FunctionTarget
from ingestion.cli.dlq.queue import DeadLetterQueue, Page
from ingestion.cli.dlq.router_target import RouterTarget
from ingestion.cli.dlq.stream_target import StreamTarget
from ingestion.cli.dlq.subscriber_target import SubscriberTarget
from ingestion.cli.dlq.target import CHANGES, FILES, UNROUTED, RedriveAttempt
from ingestion.cli.environment import Deployment
from ingestion.errors import RejectedRecord
from ingestion.event import timestamp

MAX_ID_CHARACTERS = 256  # Of an id in the audit log. A message that is no event may hold any text.
_POOL_SIZE = 16  # Reading a queue is mostly waiting.


@dataclass(frozen=True)
class DeadLetterService:
    """An environment's dead-letter queues. Hides personal data unless `show_personal`."""

    deployment: Deployment
    show_personal: bool = False

    @cached_property
    def queues(self) -> dict[str, DeadLetterQueue]:
        """All dead-letter queues by the name that operators use."""
        deployed, new = self.deployment, partial(DeadLetterQueue, self.deployment.client("sqs"))
        shown = self.show_personal
        router = RouterTarget(deployed, shown)
        queues = [
            *(new(name, url, router) for name, url in deployed.dead_letter_queue_urls.items()),
            new(UNROUTED, deployed.unrouted_queue_url, router),
            new(CHANGES, deployed.change_failures_queue_url, StreamTarget(deployed, shown)),
            new(FILES, deployed.files_failures_queue_url, FunctionTarget(deployed, shown)),
        ]
        for name, url in deployed.subscriber_dead_letter_queue_urls.items():
            target = SubscriberTarget(deployed, shown, deployed.subscriber_queue_arns[name])
            queues.append(new(f"subscriber {name}", url, target))
        return {queue.name: queue for queue in queues}

    @cached_property
    def audit_log(self) -> Audit:
        """The environment's audit log."""
        return self.deployment.audit()

    def audit(self, action: str, page: Page, **more: Any) -> None:
        """Write an action on dead letters to the audit log, without their content."""
        lines = [
            facts(letter) | {"event_id": letter.event_id[:MAX_ID_CHARACTERS]} | more
            for letter in page
        ]
        self.audit_log.write(action, lines)

    def queues_of(self, source: str | None) -> list[DeadLetterQueue]:
        """Return the queue of this name, or all queues."""
        return [self.queues[source]] if source else list(self.queues.values())

    def read(self, source: str | None) -> Page:
        """Return all visible dead letters of one queue, or of all."""
        with ThreadPoolExecutor(_POOL_SIZE) as pool:
            pages = pool.map(DeadLetterQueue.read, self.queues_of(source))
            return list(chain.from_iterable(pages))

    def find(self, wanted: DeadLetterFilter) -> Page:
        """Return the selected dead letters."""
        return list(filter(wanted.matches, self.read(wanted.source)))

    def leased_pages(
        self, names: Iterable[str], matches: Callable[[DeadLetter], bool]
    ) -> Generator[Page, None, None]:
        """Yield pages of one queue each with the matching dead letters, leased meanwhile."""
        for name in names:
            with self.queues[name].leased() as pages:
                for page in pages:
                    if matching := list(filter(matches, page)):
                        yield matching

    def prepare(self, letter: DeadLetter) -> RedriveAttempt:
        """Check a dead letter for its redrive target."""
        try:
            return self.queues[letter.queue].target.prepare(letter)
        except RejectedRecord as rejection:
            return RedriveAttempt(letter, rejection=rejection)

    def would_fail(self, letter: DeadLetter) -> str | None:
        """Return why a dead letter would fail again, if it would."""
        rejection = self.prepare(letter).rejection
        return "{reason}: {detail}".format(**self.failure(letter, rejection)) if rejection else None

    def failure(self, letter: DeadLetter, rejection: RejectedRecord) -> Line:
        """Return a rejected dead letter as a redrive reports it."""
        if not self.show_personal:
            rejection = redact_output.rejection(rejection, letter.document)
        return {
            "event_id": letter.event_id,
            "message_id": letter.original_id,
            "reason": rejection.reason,
            "detail": rejection.detail,
        }

    def edit(self, letter: DeadLetter, edits: list[FieldEdit]) -> str | None:
        """Replace a dead letter's body and return it; None if it is gone or leased elsewhere.

        Raises EditRefused.
        """
        queue = self.queues[letter.queue]
        if queue.target.edit_error:
            raise EditRefused(queue.target.edit_error)
        body = edited_body(letter, edits)
        with queue.leased() as pages:
            for found in chain.from_iterable(pages):
                if found.message_id == letter.message_id:
                    self.audit("edit", [found], changed=[edit.path for edit in edits])
                    queue.replace(found, body)
                    return body
        return None

    def redrive(
        self, wanted: DeadLetterFilter, names: Iterable[str], limit: int, *, is_dry: bool
    ) -> Iterator[RedriveAttempt]:
        """Redrive the selected dead letters of these queues, and yield what became of each.

        Stops after `limit` of them, or when a target does not take one.
        """
        with closing(self.leased_pages(names, wanted.matches)) as pages:
            for page in pages:
                attempts = [self.prepare(letter) for letter in page]
                yield from (attempt for attempt in attempts if attempt.rejection)
                sendable = [attempt for attempt in attempts if attempt.content is not None][:limit]
                if sendable:
                    self._send(sendable, is_dry)
                yield from (attempt for attempt in sendable if not attempt.rejection)
                limit -= len(sendable)
                if limit <= 0 or not all(attempt.is_taken for attempt in sendable):
                    return

    def _send(self, attempts: list[RedriveAttempt], is_dry: bool) -> None:
        """Send, then delete. A crash between repeats messages, which their readers ignore."""
        if is_dry:
            for attempt in attempts:
                attempt.is_taken = True
            return
        letters = [attempt.letter for attempt in attempts]
        queue = self.queues[letters[0].queue]
        self.audit("redrive", letters)
        queue.target.send(attempts)
        queue.delete([a.letter for a in attempts if a.is_taken and not a.rejection])

    def drop(self, chosen: Page) -> int:
        """Delete those of the dead letters that are still visible. Return how many."""
        message_ids = {letter.message_id for letter in chosen}
        names = {letter.queue for letter in chosen}
        count = 0
        with closing(
            self.leased_pages(names, lambda letter: letter.message_id in message_ids)
        ) as pages:
            for page in pages:
                self.audit("drop", page)
                count += self.queues[page[0].queue].delete(page)
        return count


def facts(letter: DeadLetter) -> Line:
    """Return what identifies a dead letter, without its content."""
    return {
        "message_id": letter.original_id,
        "event_id": letter.event_id,
        "queue": letter.queue,
        "reason": letter.reason,
        "since": timestamp(letter.sent_at),
        "redrive_count": letter.redrive_count,
    }
