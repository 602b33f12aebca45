"""The words that several findings share."""

from datetime import datetime

from ingestion.cli.counts import count_of
from ingestion.cli.status.durations import duration_in_words
from ingestion.cli.status.status import Status


def waiting(status: Status) -> str:
    """Return how many messages wait: `no message waits`, `2 messages wait`."""
    if not status.waiting:
        return "no message waits"
    return f"{count_of(status.waiting, 'message')} wait{'s' if status.waiting == 1 else ''}"


def expiry(status: Status, now: datetime) -> str:
    """Return when SQS deletes the oldest message, as a sentence. It is empty if none waits."""
    if not status.waiting or status.retention_days is None:
        return ""
    if status.oldest_expires_at is None:
        return f" SQS deletes each message {status.retention_days:g} days after it was sent."
    left = duration_in_words((status.oldest_expires_at - now).total_seconds())
    return f" SQS deletes the oldest in {left} ({status.oldest_expires_at:%Y-%m-%d %H:%M} UTC)."


def function_of(status: Status) -> str:
    """Return the function that consumes the part's queue or stream, for the start of a sentence."""
    by_kind = {
        "source": "The worker of",
        "subscriber": "The delivery to",
        "search": "The indexer of",
    }
    return f"{by_kind.get(status.kind, 'The function')} {status.name}"
