"""The section of refusals: requests, events, kept requests and dead letters, each by reason."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from http import HTTPStatus

from ingestion.cli.environment import Deployment
from ingestion.cli.sources.check import counts
from ingestion.cli.sources.check.checked_source import CheckedSource
from ingestion.cli.sources.check.counts import Counts
from ingestion.cli.sources.check.section import Finding, Section, shown_time
from ingestion.cli.status.findings.effects import meaning_of
from ingestion.cli.status.findings.wording import count_of
from ingestion.cli.status.metrics.refusals import read_refusals
from ingestion.syntax.times import timestamp

_ADVICE = {
    HTTPStatus.BAD_REQUEST: "Nobody can read the body: compare it with the Content-Type.",
    HTTPStatus.UNAUTHORIZED: "Compare the sender's secret with `ingest secrets list`, and its"
    " clock.",
    HTTPStatus.FORBIDDEN: "Let the sender use the credential of this source.",
    HTTPStatus.CONFLICT: "The sender used the id of another request: let it sign again.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Let the sender send less at once.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Compare the Content-Type with docs/payloads.md.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The sender repeats such requests.",
}
_NO_ADVICE = "The response says what was wrong."
_GATEWAY = (
    "Not counted: what API Gateway itself refuses, without a valid credential or over the rate."
)


def refusals_section(
    source: CheckedSource,
    running: Deployment,
    found: Counts,
    since: datetime,
    dead_letters: int,
) -> Section:
    """Return what was refused since a time. `dead_letters` is how many wait now."""
    requests = read_refusals(running, since, source.name).get(source.name, {})
    rejected, kept, dead = (
        found.by_reason[metric]
        for metric in (counts.REJECTED, counts.QUARANTINED, counts.DEAD_LETTERED)
    )
    rows = found.totals.get(counts.ROWS_REJECTED, 0)
    document = {
        "requests": dict(sorted(requests.items())),
        "events": rejected,
        "quarantined": kept,
        "dead_lettered": dead,
        "rows": rows,
        "dead_letters_waiting": dead_letters,
    }
    findings = [
        *_of_requests(source, requests, since),
        *_of_events(source, rejected),
        *_of_rows(source, rows),
        *(_of_kept(source, kept) if dead_letters else ()),
    ]
    lines = _lines(document)
    moment = shown_time(timestamp(since))
    heading = f"Since {moment}:" if lines else f"None since {moment}."
    note = [_GATEWAY] if source.current.auth in ("api_key", "iam") else []
    return Section("refusals", document, [heading, *lines, *note], findings)


def _lines(document: Mapping[str, object]) -> list[str]:
    nouns = {
        "requests": "request refused with",
        "events": "event rejected:",
        "quarantined": "request quarantined:",
        "dead_lettered": "event dead-lettered:",
    }
    return [
        f" {count_of(count, noun.split()[0])} {noun.partition(' ')[2]} {_reason(reason)}"
        for key, noun in nouns.items()
        if isinstance(by_reason := document[key], Mapping)
        for reason, count in by_reason.items()
    ]


def _reason(reason: str | int) -> str:
    return f"{reason} ({meaning_of(reason)})" if isinstance(reason, int) else reason


def _of_requests(
    source: CheckedSource, requests: Mapping[int, int], since: datetime
) -> Iterator[Finding]:
    command = source.command(
        "logs", "--source", source.name, "--since", shown_time(timestamp(since))
    )
    for code, count in sorted(requests.items()):
        advice = _ADVICE.get(HTTPStatus(code), _NO_ADVICE)
        were = "was" if count == 1 else "were"
        text = f"{count_of(count, 'request')} {were} refused with {_reason(code)}. {advice}"
        yield Finding("requests_refused", text, command)


def _of_events(source: CheckedSource, rejected: Mapping[str, int]) -> Iterator[Finding]:
    is_mapped = bool(source.current.map)
    for reason, count in rejected.items():
        were = "was" if count == 1 else "were"
        advice = (
            "Try such a payload with the rules."
            if is_mapped
            else "The response names the field and what would be right."
        )
        command = (
            f"ingest map FILE --source {source.name}"
            if is_mapped
            else f"ingest schema {source.current.entities[0]}"
        )
        text = f"{count_of(count, 'event')} {were} rejected: {reason}. {advice}"
        yield Finding("events_rejected", text, command)


def _of_rows(source: CheckedSource, rows: int) -> Iterator[Finding]:
    if rows:
        were = "was" if rows == 1 else "were"
        text = (
            f"{count_of(rows, 'row')} of files {were} rejected: the report of each file says why."
        )
        yield Finding(
            "rows_rejected", text, source.command("files", "list", "--source", source.name)
        )


def _of_kept(source: CheckedSource, kept: Mapping[str, int]) -> Iterator[Finding]:
    words = ("dlq", "list", "--source", source.name, "--reason", "quarantined")
    for reason, count in kept.items():
        were = "was" if count == 1 else "were"
        text = (
            f"{count_of(count, 'request')} {were} quarantined: {reason}. Correct the rules or the"
            " sender, then redrive."
        )
        yield Finding("requests_quarantined", text, source.command(*words))
