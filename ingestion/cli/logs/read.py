"""Reads lines of several log groups at a time, and follows them."""

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.emulator_log import start_errors
from ingestion.cli.logs.functions import Selection
from ingestion.cli.logs.line import LogLine

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import FilteredLogEventTypeDef

OVERLAP_MS = 60_000  # CloudWatch may show a line later than one that was printed after it.
POLL_SECONDS = 2
MAX_EVENTS = 10_000  # CloudWatch: the most of one call.
GROUPS_PER_SECOND = 5  # CloudWatch throttles calls for each account and region.
_End = dict[str, Any]  # The last time of a call in ms, or nothing.
_POOL_SIZE = 5  # For the same reason. The client repeats throttled calls.


@dataclass(frozen=True)
class LogReader:
    """Reads the selected lines. `pattern` is a filter pattern of CloudWatch for all of them."""

    deployment: Deployment
    selections: Sequence[Selection]
    pattern: str = ""
    poll_seconds: float = POLL_SECONDS

    def read_since(self, start_ms: int) -> list[LogLine]:
        """Return the lines since a time in ms, oldest first, without those of Lambda itself."""
        with ThreadPoolExecutor(_POOL_SIZE) as pool:
            read = pool.map(lambda selected: self._read(selected, start_ms), self.selections)
            return sorted(chain.from_iterable(read), key=lambda line: line.time_ms)

    def follow(self, start_ms: int) -> Iterator[LogLine]:
        """Yield the lines since a time, and then each new line, without end."""
        pause_seconds = max(self.poll_seconds, len(self.selections) / GROUPS_PER_SECOND)
        known: set[LogLine] = set()
        while True:
            now_ms = int(time.time() * 1000)
            lines = self.read_since(start_ms)
            yield from (line for line in lines if line not in known)
            known = set(lines)
            start_ms = max(start_ms, now_ms - OVERLAP_MS)
            time.sleep(pause_seconds)

    def _read(self, selected: Selection, start_ms: int) -> list[LogLine]:
        """Read one log group. CloudWatch selects the lines, but emulators may return more."""
        pattern = self.pattern or _pattern_of(selected)
        logs = self.deployment.client("logs")
        lines = _of_source(selected.source, read_lines(logs, selected, start_ms, pattern))
        return [*lines, *start_errors(self.deployment, selected, start_ms)]


def read_lines(
    logs: "CloudWatchLogsClient",
    selected: Selection,
    start_ms: int,
    pattern: str = "",
    end_ms: int | None = None,
) -> Iterator[LogLine]:
    """Yield the lines of a log group since a time in ms, also those of Lambda itself.

    `pattern` is a filter pattern of CloudWatch. `end_ms` is the time of the last line.
    """
    end: _End = {} if end_ms is None else {"endTime": end_ms}
    for found in _events(logs, selected.log_group, start_ms, pattern, end):
        yield LogLine(
            selected.function, found["logStreamName"], found["timestamp"], found["message"]
        )


def _events(
    logs: "CloudWatchLogsClient", log_group: str, start_ms: int, pattern: str, end: _End
) -> "Iterator[FilteredLogEventTypeDef]":
    """Yield the events of a log group.

    The emulator ends after MAX_EVENTS without a token. Then read on from the last time.
    """
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=log_group, startTime=start_ms, filterPattern=pattern, **end
    )
    for page in pages:
        events = page["events"]
        is_cut_off = len(events) == MAX_EVENTS and not page.get("nextToken")
        last_ms = events[-1]["timestamp"] if is_cut_off else start_ms
        if last_ms == start_ms:
            yield from events
        else:
            yield from (event for event in events if event["timestamp"] < last_ms)
            yield from _events(logs, log_group, last_ms, pattern, end)


def _pattern_of(selected: Selection) -> str:
    return f'{{ $.source = "{selected.source}" }}' if selected.source else ""


def _of_source(source: str | None, lines: Iterable[LogLine]) -> Iterator[LogLine]:
    for line in lines:
        if not line.is_of_platform and source in (None, line.document.get("source")):
            yield line
