"""Rules that find what an operator has to handle: late messages, dead letters, refused files."""

from datetime import datetime
from http import HTTPStatus

from ingestion.cli.counts import count_of
from ingestion.cli.status.durations import duration_in_words
from ingestion.cli.status.findings.finding import Finding, Rule
from ingestion.cli.status.findings.wording import expiry, waiting
from ingestion.cli.status.parts import CONSUMED, SOURCE
from ingestion.cli.status.status import Status

LATE_SECONDS = 900  # The alarm `messages wait` starts after this time by default.

_REASONS = "upload_id,name,refused"  # They fit a terminal of 80 columns.
_NO_CREDENTIALS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def find_late_messages(status: Status, now: datetime) -> Finding | None:
    """Find messages that wait too long, if no other finding explains it."""
    is_explained = status.is_paused or status.is_failing or status.throttled_calls
    if status.kind not in CONSUMED or is_explained or not (delay := _delay(status)):
        return None
    text = (
        f"{status.name}: {delay}, and {waiting(status)}. The function is too slow, or does not run."
        f"{expiry(status, now)}"
    )
    words = ("ingest", "status", "--watch")
    return Finding(status.name, "messages_wait", text, words, status.waiting)


def _delay(status: Status) -> str:
    """Return how late the events of a source are. Empty if they are not."""
    age, lag = status.oldest_age_seconds or 0, status.lag_seconds or 0
    if age > LATE_SECONDS:
        return f"the oldest message has waited for {duration_in_words(age)}"
    if status.waiting and lag > LATE_SECONDS:
        return f"events reach the table {duration_in_words(lag)} after their receipt"
    return ""


def find_silent_source(status: Status, _: datetime) -> Finding | None:
    """Find a source from which no event arrives, though it should. A closed source explains it."""
    if not (silence := status.silence) or status.closing:
        return None
    time = "the last 14 days"
    if silence.seconds is not None:
        time = duration_in_words(silence.seconds)
    allowed = duration_in_words(silence.allowed_seconds)
    reason = f"Before, the longest time without events in 14 days was {allowed}"
    if silence.is_declared:
        reason = f"Its catalog entry expects one every {allowed}"
    text = f"{status.name} is silent: no event was accepted for {time}. {reason}."
    return Finding(status.name, "silent", text, ("ingest", "source", "check", status.name))


def find_dead_letters(status: Status, _: datetime) -> Finding | None:
    """Find dead letters, also those that are new."""
    if not status.dead_letters:
        return None
    text = f"{status.name} has {count_of(status.dead_letters, 'dead letter')}.{_new(status)}"
    words = ("ingest", "dlq", "list", "--source", status.name)
    return Finding(status.name, "dead_letters", text, words, status.dead_letters)


def _new(status: Status) -> str:
    """Return what became dead letters lately, as a sentence; empty for nothing."""
    counts = {"event": status.new_dead_letters or 0, "request": status.new_quarantined or 0}
    new = sum(counts.values())
    if not new:
        return ""
    named = " and ".join(count_of(count, noun) for noun, count in counts.items() if count)
    became = "became a dead letter" if new == 1 else "became dead letters"
    is_more = new > (status.dead_letters or 0)
    left = ", also those that were redriven or dropped" if is_more else ""
    return f" In the last 15 minutes, {named} {became}{left}."


def find_unrouted(status: Status, _: datetime) -> Finding | None:
    """Find messages that matched no source."""
    if status.kind != "unrouted" or not status.waiting:
        return None
    text = f"The unrouted queue has {count_of(status.waiting, 'message')}, which no source stores."
    words = ("ingest", "dlq", "list", "--source", "unrouted")
    return Finding(status.name, "unrouted", text, words, status.waiting)


def find_refused_requests(status: Status, _: datetime) -> Finding | None:
    """Find requests that the API refused as a whole, except because the source is closed."""
    is_explained = {HTTPStatus.SERVICE_UNAVAILABLE} if status.closing else set()
    refused = {
        code: count
        for code, count in sorted((status.refused_requests or {}).items())
        if code not in is_explained
    }
    if not refused:
        return None
    counts = [
        f"{count_of(count, 'request')} refused with {code} ({meaning_of(code)})"
        for code, count in refused.items()
    ]
    text = (
        f"{status.name}: {' and '.join(counts)} in the last 15 minutes. Nothing of them is stored."
    )
    words = ("ingest", "logs", "--source", status.name, "--since", "15m")
    return Finding(status.name, "requests_refused", text, words, sum(refused.values()))


def meaning_of(code: int) -> str:
    """Return what an HTTP status of a refused request means."""
    is_known = code in _NO_CREDENTIALS
    return "wrong or missing credentials" if is_known else HTTPStatus(code).phrase


def find_refused_files(status: Status, _: datetime) -> Finding | None:
    """Find files of the last day that could not be read to their end."""
    if not status.refused_files:
        return None
    subject = status.name if status.kind == SOURCE else "a folder that belongs to no source"
    text = (
        f"{subject}: {count_of(status.refused_files, 'refused file')} in the last day. The rows"
        " that were not read are not stored."
    )
    selector = ("--source", status.name) if status.kind == SOURCE else ()
    shown = ("--state", "refused", "--since", "1d", "--columns", _REASONS)
    words = ("ingest", "files", "list", *selector, *shown)
    return Finding(status.name, "files_refused", text, words, status.refused_files)


EFFECTS: tuple[Rule, ...] = (
    *(find_late_messages, find_silent_source, find_dead_letters, find_unrouted),
    *(find_refused_requests, find_refused_files),
)
