"""Reads the log of the local emulator, which alone knows which calls of functions failed.

A function that does not start prints nothing, so its own log lacks the error.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import Selection
from ingestion.cli.logs.line import LogLine

_TIME = r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) \w+ \[[^]]*\] "
_FAILED = re.compile(_TIME + r"ESM: Lambda (?P<function>\S+) failed processing ")
_NOT_STARTED = re.compile(
    _TIME + r"Warm worker execution error for (?P<function>\S+):"
    r" (?:Worker init failed: )?(?P<error>.*)"
)


class FailedCall(NamedTuple):
    """A call of an event source mapping that failed."""

    function: str
    time: datetime


def failed_calls(deployment: Deployment) -> Iterator[FailedCall]:
    """Yield the failed calls of all functions. Only a local stack has them here."""
    for found in _matches(deployment, _FAILED):
        yield FailedCall(found["function"], _time(found))


def start_errors(deployment: Deployment, selected: Selection, start_ms: int) -> Iterator[LogLine]:
    """Yield an error for each time that the function did not start, since a time in ms."""
    for found in _matches(deployment, _NOT_STARTED):
        time_ms = int(_time(found).timestamp() * 1000)
        if selected.log_group.endswith(f"/{found['function']}") and time_ms >= start_ms:
            text = f"[ERROR] The function does not start: {found['error']}"
            yield LogLine(selected.function, "", time_ms, text)


def _matches(deployment: Deployment, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    file = deployment.checkout.emulator_log
    if deployment.environment == "local" and file.exists():
        with file.open(encoding="utf-8", errors="replace") as lines:
            yield from filter(None, map(pattern.match, lines))


def _time(found: re.Match[str]) -> datetime:
    return datetime.fromisoformat(found["time"]).replace(tzinfo=UTC)
