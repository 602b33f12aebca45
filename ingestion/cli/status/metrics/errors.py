"""Finds the last error in the log of a function that fails."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import NamedTuple

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.emulator_log import start_errors
from ingestion.cli.logs.functions import Selection, log_group_of
from ingestion.cli.logs.line import LogLine
from ingestion.cli.logs.read import read_lines
from ingestion.errors import printable

MAX_LINES = 200
_MINUTE = timedelta(minutes=1)  # A failure is printed at most so long before it is counted.
# The messages of JSON lines about failures, and the field that says why.
_REASONS = {"record_failed": "error", "no_live_secret": "reason"}
_TERMS = (*_REASONS, "[ERROR]", "Task timed out", "Runtime exited")
# CloudWatch selects lines with any term. The emulator does not know this form.
_PATTERN = " ".join(f'?"{term}"' for term in _TERMS)
_TEXT = re.compile(r"\[ERROR\] .+|Task timed out.+|Runtime exited.+")


class LastError(NamedTuple):
    """An error, and when it was printed."""

    text: str
    time: datetime


def last_error(deployment: Deployment, function: str, failed_at: datetime) -> LastError | None:
    """Return the last error that the function printed about its last failure, if any."""
    selected = Selection(function, log_group_of(function))
    start_ms = int((failed_at - _MINUTE).timestamp() * 1000)
    is_local = deployment.endpoint_url is not None
    pattern = "" if is_local else _PATTERN
    lines = read_lines(deployment.client("logs"), selected, start_ms, pattern)
    read = chain(
        lines if is_local else islice(lines, MAX_LINES),
        start_errors(deployment, selected, start_ms),
    )
    return max(_errors(read), key=lambda error: error.time, default=None)


def _errors(lines: Iterable[LogLine]) -> Iterator[LastError]:
    for line in lines:
        if text := _error_of(line):
            yield LastError(printable(text), datetime.fromtimestamp(line.time_ms / 1000, UTC))


def _error_of(line: LogLine) -> str:
    if line.message in _REASONS and line.document:
        reason = str(line.document[_REASONS[line.message]])
        return reason if line.message == "record_failed" else f"{line.message}: {reason}"
    found = _TEXT.search(line.text)
    return found[0].removeprefix("[ERROR] ") if found else ""
