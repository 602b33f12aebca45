"""Reads the newest lines of the audit log, which CloudWatch yields oldest first."""

from collections import deque
from datetime import UTC, datetime, timedelta

from ingestion.cli.audit.log import Action, Audit, Line

_FIRST_SPAN = timedelta(minutes=5)
_GROWTH = 4  # A month takes eight reads.


def read_newest(log: Audit, since: datetime, action: Action | None, most: int) -> list[Line]:
    """Return up to so many lines since a time, the newest first.

    Reads back in time, in spans that grow, and only as far as needed.
    """
    found: list[Line] = []
    end, before, span = datetime.now(UTC), None, _FIRST_SPAN
    while len(found) < most and (before is None or before > since):
        start = max(since, end - span)
        newest = deque(log.read_since(start, action, before), most - len(found))
        found += reversed(newest)
        end, before, span = start, start, span * _GROWTH
    return found
