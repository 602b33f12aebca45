"""Rules that find why messages wait: a person paused or closed a part, or its function fails."""

from datetime import datetime

from ingestion.cli.counts import count_of
from ingestion.cli.status.durations import duration_in_words
from ingestion.cli.status.findings.finding import REPAIR, Finding, Rule
from ingestion.cli.status.findings.wording import expiry, function_of, waiting
from ingestion.cli.status.parts import SOURCE, SUBSCRIBER
from ingestion.cli.status.status import Status


def find_pause(status: Status, now: datetime) -> Finding | None:
    """Find a source that `ingest pause` paused."""
    if not (status.kind == SOURCE and status.is_paused):
        return None
    text = f"{status.name} is paused: its worker stores nothing, and {waiting(status)}."
    words = ("ingest", "resume", status.name)
    return Finding(status.name, "paused", text + expiry(status, now), words, status.waiting)


def find_closing(status: Status, _: datetime) -> Finding | None:
    """Find a source that `ingest close` closed, and say whether it may be removed."""
    if not (closing := status.closing):
        return None
    since = f" since {closing.closed_at[:16]}Z" if closing.closed_at else ""
    text = (
        f"{status.name} is closed{since}: each POST gets 503 with Retry-After:"
        f" {closing.retry_after_seconds}. {_removal(status)}"
    )
    words = ("ingest", "open", status.name)
    return Finding(status.name, "closed", text, words, status.waiting)


def _removal(status: Status) -> str:
    left = [waiting(status)] if status.waiting else []
    left += [count_of(status.dead_letters, "dead letter")] if status.dead_letters else []
    if left:
        return f"Do not remove it yet: {' and '.join(left)} in its queues."
    return "Its queues are empty: a deployment may remove it."


def find_missing_mapping(status: Status, _: datetime) -> Finding | None:
    """Find a queue from which no function takes messages, though nobody paused it."""
    if not status.lacks_mapping:
        return None
    state = f"is {status.mapping_state}" if status.mapping_state else "does not exist"
    text = (
        f"{status.name}: the event source mapping of its queue {state}. No function takes messages"
        f" from the queue, and {waiting(status)}."
    )
    return Finding(status.name, "no_mapping", text, REPAIR, status.waiting)


def find_failure(status: Status, now: datetime) -> Finding | None:
    """Find a function that fails to process messages, or whose calls fail."""
    if not status.last_failure_at:
        return None
    counts = ((status.retried, "failed attempt"), (status.failed_calls, "failed call"))
    failures = " and ".join(count_of(count, noun) for count, noun in counts if count)
    ago = duration_in_words((now - status.last_failure_at).total_seconds())
    error = (
        f" The last error, at {status.error_at:%H:%M:%SZ}: {status.error}" if status.error else ""
    )
    text = (
        f"{function_of(status)} fails: {failures} in the last 15 minutes, the last one {ago} ago."
        f"{error}"
    )
    words = ("ingest", "logs", *_log_of(status), "--since", "15m")
    return Finding(status.name, "fails", text, words, sum(count or 0 for count, _ in counts))


def _log_of(status: Status) -> tuple[str, str]:
    if status.kind == SOURCE:
        return "--source", status.name
    name = "indexer" if status.kind == "search" else status.name.replace(SUBSCRIBER, "delivery")
    return "--function", name


def find_throttling(status: Status, _: datetime) -> Finding | None:
    """Find a function that Lambda does not run."""
    if not status.throttled_calls:
        return None
    text = (
        f"{function_of(status)} is throttled: Lambda refused"
        f" {count_of(status.throttled_calls, 'call')} in the last 15 minutes, because the"
        " concurrency of the account is used up. Messages wait."
    )
    words = ("aws", "lambda", "get-account-settings")
    return Finding(status.name, "throttled", text, words, status.throttled_calls)


CAUSES: tuple[Rule, ...] = (
    *(find_pause, find_closing, find_missing_mapping),
    *(find_failure, find_throttling),
)
