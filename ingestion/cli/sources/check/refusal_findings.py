"""Says what to do about refusals: one finding for each status or reason."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import NamedTuple

from ingestion.cli.counts import count_of
from ingestion.cli.environment import Deployment
from ingestion.cli.sources.check.checked_source import CheckedSource
from ingestion.cli.sources.check.gateway_refusals import access_log_of
from ingestion.cli.sources.check.section import Finding
from ingestion.cli.status.findings.effects import meaning_of

_ADVICE = {
    HTTPStatus.BAD_REQUEST: "The body cannot be read as its Content-Type says.",
    HTTPStatus.UNAUTHORIZED: "Compare the sender's secret with `ingest secrets list`.",
    HTTPStatus.FORBIDDEN: "Let the sender use the credential of this source.",
    HTTPStatus.CONFLICT: "The sender used the id of another request: let it sign again.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Let the sender send less at once.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Compare the Content-Type with docs/payloads.md.",
    HTTPStatus.TOO_MANY_REQUESTS: "Let the sender send less often, or raise rate_per_second.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Wait: most senders repeat after a 503.",
}
_OF_A_TIMESTAMP = "Compare the sender's secret with `ingest secrets list`, and its clock."
_NO_ADVICE = "The response says what was wrong."


class Refused(NamedTuple):
    """What was refused: requests by HTTP status, events and kept requests by reason.

    API Gateway itself refused those of `gateway`. `missing_columns` counts each file's, and
    `dead_letters_waiting` those of now.
    """

    gateway: Mapping[int, int]
    requests: Mapping[int, int]
    events: Mapping[str, int]
    quarantined: Mapping[str, int]
    dead_lettered: Mapping[str, int]
    rows: int
    missing_columns: int
    dead_letters_waiting: int


def find_refusals(
    source: CheckedSource, running: Deployment, refused: Refused, since: str
) -> Iterator[Finding]:
    """Yield a finding for each status and reason. `since` is for the command that prints lines."""
    access_log = f"aws logs tail {access_log_of(running)} --since 1h"
    logs = source.command("logs", "--source", source.name, "--since", since)
    advice = dict(_ADVICE)
    if source.current.auth == "hmac" and source.current.scheme.signs_timestamp:
        advice[HTTPStatus.UNAUTHORIZED] = _OF_A_TIMESTAMP
    ours, theirs = refused.requests, refused.gateway
    yield from _of_requests("gateway_refused", theirs, "by API Gateway ", access_log, advice)
    yield from _of_requests("requests_refused", ours, "", logs, advice)
    yield from _of_events(source, refused.events)
    yield from _of_files(source, refused)
    # Afterwards someone has redriven or dropped all of them.
    yield from _of_kept(source, refused.quarantined if refused.dead_letters_waiting else {})


def in_words(reason: str | int) -> str:
    """Return a reason, and what an HTTP status means."""
    return f"{reason} ({meaning_of(reason)})" if isinstance(reason, int) else reason


def _of_requests(
    problem: str,
    requests: Mapping[int, int],
    by: str,
    command: str,
    advice: Mapping[HTTPStatus, str],
) -> Iterator[Finding]:
    for code, count in sorted(requests.items()):
        what = advice.get(HTTPStatus(code), _NO_ADVICE)
        text = f"{_were(count, 'request')} refused {by}with {in_words(code)}. {what}"
        yield Finding(problem, text, command)


def _of_events(source: CheckedSource, rejected: Mapping[str, int]) -> Iterator[Finding]:
    if source.current.map:
        advice = "Try such a payload with the rules."
        command = f"ingest map FILE --source {source.name}"
    else:
        advice = "The response names the field and what would be right."
        command = f"ingest schema {source.current.entities[0]}"
    for reason, count in sorted(rejected.items()):
        text = f"{_were(count, 'event')} rejected: {reason}. {advice}"
        yield Finding("events_rejected", text, command)


def _of_files(source: CheckedSource, refused: Refused) -> Iterator[Finding]:
    command = source.command("files", "list", "--source", source.name)
    if refused.rows:
        text = f"{_were(refused.rows, 'row')} rejected: the report of each uploaded file says why."
        yield Finding("rows_rejected", text, command)
    if refused.missing_columns:
        text = (
            f"{_were(refused.missing_columns, 'column')} missing in uploaded files, so fields have"
            " no value: the report of each file names the columns. Correct the rules or the files."
        )
        yield Finding("columns_missing", text, command)


def _of_kept(source: CheckedSource, kept: Mapping[str, int]) -> Iterator[Finding]:
    words = ("dlq", "list", "--source", source.name, "--reason", "quarantined")
    for reason, count in sorted(kept.items()):
        text = (
            f"{_were(count, 'request')} quarantined: {reason}. Correct the rules or the sender,"
            " then redrive."
        )
        yield Finding("requests_quarantined", text, source.command(*words))


def _were(count: int, noun: str) -> str:
    return f"{count_of(count, noun)} {'was' if count == 1 else 'were'}"
