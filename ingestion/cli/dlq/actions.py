"""What an operator does with an environment's dead letters. Each change is audited first."""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from threading import Event
from typing import Any

from ingestion.cli.audit.log import Action
from ingestion.cli.audit.unfinished import after_audit_line
from ingestion.cli.counts import count_of
from ingestion.cli.dlq.dead_letter import DeadLetter, DeadLetterFilter
from ingestion.cli.dlq.message_targets import (
    FunctionTarget,
    RouterTarget,
    SearchTarget,
    SubscriberTarget,
)
from ingestion.cli.dlq.names import CHANGES, FILES, REASONS, SEARCH, SEARCH_UNDELIVERED, UNROUTED
from ingestion.cli.dlq.quarantine.source_target import SourceTarget
from ingestion.cli.dlq.queue import MAX_CALLS, DeadLetterQueue, Page, backlog
from ingestion.cli.dlq.stream_target import StreamTarget
from ingestion.cli.dlq.target import RedriveAttempt, RedriveTarget
from ingestion.cli.environment import Deployment
from ingestion.cli.output import ExitCode, exit_with_error
from ingestion.cli.suggestions import unknown_name
from ingestion.event import REQUEST_ID

MAX_ID_CHARACTERS = 256  # Of an id in the audit log. A message that is no event may hold any text.
_POOL_SIZE = 16  # Reading a queue is mostly waiting.
_MAX_CONNECTIONS = 32  # As a client keeps.

Queues = dict[str, DeadLetterQueue]
ReadDeadLetters = Callable[[Queues], Page]


def dead_letter_queues(
    deployment: Deployment, source: str | None = None, *, show_personal: bool = False
) -> Queues:
    """Return the queue of this name, or all by name. The command ends if there is no such queue."""
    new = partial(DeadLetterQueue, deployment.client("sqs"))
    router = RouterTarget(deployment, show_personal)
    source_target = SourceTarget(deployment, show_personal)
    stream = StreamTarget(deployment, show_personal)
    functions = FunctionTarget(deployment, show_personal)
    queues = [
        *(new(name, url, source_target) for name, url in deployment.dead_letter_queue_urls.items()),
        new(UNROUTED, deployment.unrouted_queue_url, router),
        new(CHANGES, deployment.change_failures_queue_url, stream),
        new(FILES, deployment.files_failures_queue_url, functions),
    ]
    search_target = SearchTarget(deployment, show_personal)
    queues += (new(name, url, search_target) for name, url in _search_queues(deployment))
    for name, url in deployment.subscriber_dead_letter_queue_urls.items():
        target = SubscriberTarget(deployment, show_personal, deployment.subscriber_queue_arns[name])
        queues.append(new(f"subscriber {name}", url, target))
    by_name = {queue.name: queue for queue in queues}
    if source is None:
        return by_name
    if source not in by_name:
        unknown = unknown_name("dead-letter queue", source, by_name)
        exit_with_error(f"{deployment.environment} has {unknown}")
    return {source: by_name[source]}


def _search_queues(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """Yield the queues of search with their names. Older environments have none."""
    if url := deployment.search_failures_queue_url:
        yield SEARCH, url
    if url := deployment.search_undelivered_queue_url:
        yield SEARCH_UNDELIVERED, url


def read_dead_letters(queues: Queues, is_stopping: Event | None = None) -> Page:
    """Return all visible dead letters. Ends early, with some of them, if that is asked for."""
    at_once = min(len(queues), _POOL_SIZE)
    calls = min(MAX_CALLS, _MAX_CONNECTIONS // at_once)
    with ThreadPoolExecutor(at_once) as pool:
        pages = pool.map(lambda queue: queue.read(is_stopping, calls), queues.values())
        return list(chain.from_iterable(pages))


def count_hidden(queues: Queues, visible: Page) -> int:
    """Return about how many others the queues hold: behind the visible ones, or leased."""
    with ThreadPoolExecutor(_POOL_SIZE) as pool:
        counts = pool.map(lambda queue: backlog(queue.sqs, queue.url), queues.values())
        return max(0, sum(counts) - len(visible))


def require_selection(source: str | None, wanted: DeadLetterFilter) -> None:
    """End the command if nothing selects dead letters: that would change all of all queues."""
    if not any((source, wanted.reason, wanted.since, wanted.ids, wanted.entity)):
        exit_with_error("nothing is selected: give an ID, --source, --reason, --entity or --since")


def select(wanted: DeadLetterFilter, visible: Page) -> Page:
    """Return the selected dead letters. The command ends if no dead letter can have the reason."""
    known = dict.fromkeys([*REASONS, *(found.reason for found in visible)])
    if wanted.reason is not None and wanted.reason not in known:
        exit_with_error(unknown_name("reason", wanted.reason, known))
    return list(filter(wanted.matches, visible))


def find_dead_letter(visible: Page, dead_letter_id: str) -> DeadLetter:
    """Return the dead letter with this id. The command ends if there is none, or more than one."""
    found = [each for each in visible if dead_letter_id in each.ids]
    if not found:
        exit_with_error(
            f"no dead letter {dead_letter_id!r}: give an id that `ingest dlq list` prints",
            ExitCode.NOT_FOUND,
        )
    ids = sorted({each.original_id for each in found})
    if len(ids) > 1:
        listed = ", ".join(ids)
        exit_with_error(f"{len(ids)} dead letters have this id: use the id of a message: {listed}")
    return max(found, key=lambda each: each.sent_at)  # A crash may leave what was replaced.


def describe_dead_letter(queues: Queues, found: DeadLetter) -> dict[str, Any]:
    """Return all that the operator may see of a dead letter, except for its history."""
    target = queues[found.queue].target
    shown = found.facts | {
        "detail": found.detail,
        "request_id": found.attributes.get(REQUEST_ID, ""),
        "event": found.content,
        "would_fail": target.prepare_attempt(found).problem,
    }
    return shown | target.details(found)


def redrive(
    queues: Iterable[DeadLetterQueue],
    matches: Callable[[DeadLetter], bool],
    limit: int = sys.maxsize,
    *,
    is_dry: bool = False,
) -> Iterator[RedriveAttempt]:
    """Redrive the dead letters of these queues that match, and yield what became of each.

    Stops after `limit` of them, or when a target does not accept one. The dead letter
    that remains of one that was sent in part is not sent again.
    """
    seen: set[str] = set()
    for queue in queues:
        is_wanted = partial(_is_wanted, matches, seen, queue.target)
        with queue.leased(is_wanted, queue.target.lease_seconds) as pages:
            for page in filter(None, chain.from_iterable(map(queue.steps, pages))):
                seen.update(dead_letter.original_id for dead_letter in page)
                attempts = list(map(queue.target.prepare_attempt, page))
                yield from (attempt for attempt in attempts if attempt.rejection)
                sendable = list(_take_sendable(attempts, limit))
                if is_dry:
                    for attempt in sendable:
                        attempt.is_sent = True
                elif sendable:
                    audit(queue, "redrive", [attempt.dead_letter for attempt in sendable])
                    send_and_delete(queue, sendable)
                yield from (attempt for attempt in sendable if not attempt.rejection)
                limit -= sum(attempt.counts_for_limit for attempt in sendable)
                if limit <= 0 or any(attempt.stops_others for attempt in sendable):
                    return


def _is_wanted(
    matches: Callable[[DeadLetter], bool],
    seen: Collection[str],
    target: RedriveTarget,
    found: DeadLetter,
) -> bool:
    is_left = found.original_id not in seen or target.is_deleted(found)
    return is_left and matches(found)


def _take_sendable(attempts: Iterable[RedriveAttempt], limit: int) -> Iterator[RedriveAttempt]:
    for attempt in attempts:
        if limit > 0 and attempt.content is not None:
            yield attempt
            limit -= attempt.counts_for_limit


def send_and_delete(queue: DeadLetterQueue, attempts: list[RedriveAttempt]) -> None:
    """Send, then delete, after the audit line. Readers ignore what a crash between repeats."""
    with after_audit_line():
        queue.target.send_attempts(attempts)
    sent = count_of(sum(attempt.is_sent for attempt in attempts), "dead letter")
    with after_audit_line(lambda: f"{sent} were sent, and may still be in the queue too"):
        done = [a.dead_letter for a in attempts if a.is_sent and not (a.rejection or a.remainder)]
        queue.delete(done)
        queue.replace(filter(None, (attempt.replacement for attempt in attempts)))


def drop(queues: Queues, chosen: Page) -> Iterator[DeadLetter]:
    """Delete those of the dead letters that are still visible, and yield each."""
    message_ids = {dead_letter.message_id for dead_letter in chosen}
    names = {dead_letter.queue for dead_letter in chosen}
    for name in sorted(names):
        yield from _drop_each(queues[name], lambda found: found.message_id in message_ids)


def drop_matching(queue: DeadLetterQueue, matches: Callable[[DeadLetter], bool]) -> int:
    """Delete the visible dead letters of a queue that match. Return how many."""
    return sum(1 for _ in _drop_each(queue, matches))


def _drop_each(
    queue: DeadLetterQueue, matches: Callable[[DeadLetter], bool]
) -> Iterator[DeadLetter]:
    with queue.leased(matches) as pages:
        for page in pages:
            audit(queue, "drop", page)
            with after_audit_line():
                # First the requests: what a crash leaves can be dropped again.
                queue.target.delete_requests(page)
                dropped = queue.delete(page)
            yield from dropped


def audit(queue: DeadLetterQueue, action: Action, page: Page) -> None:
    """Write an action on dead letters to the audit log, without their content."""
    queue.target.deployment.audit_log.write(action, audited_facts(page))


def audited_facts(page: Page) -> list[dict[str, Any]]:
    """Return what the audit log keeps of each dead letter."""
    return [found.facts | {"event_id": found.event_id[:MAX_ID_CHARACTERS]} for found in page]
