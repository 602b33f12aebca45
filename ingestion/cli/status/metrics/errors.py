"""Finds the most frequent error in the log of a function that fails."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import Selection, log_group_of
from ingestion.cli.logs.line import LogLine
from ingestion.cli.logs.read import read_lines
from ingestion.cli.status.metrics.series import RECENT
from ingestion.errors import printable

MAX_LINES = 200
# The messages of JSON lines about failures, and the field that says why.
_REASONS = {"record_failed": "error", "no_webhook_secret": "reason"}
_TERMS = (*_REASONS, "[ERROR]", "Task timed out", "Runtime exited")
# CloudWatch selects lines with any term. The emulator does not know this form.
_PATTERN = " ".join(f'?"{term}"' for term in _TERMS)
_TEXT = re.compile(r"\[ERROR\] .+|Task timed out.+|Runtime exited.+")


def most_frequent_error(deployment: Deployment, function: str, now: datetime) -> str | None:
    """Return the most frequent error of the function's first lines about failures, if any."""
    selected = Selection(function, log_group_of(function))
    start_ms = int((now - RECENT.length).timestamp() * 1000)
    is_local = deployment.endpoint_url is not None
    pattern = "" if is_local else _PATTERN
    lines = read_lines(deployment.client("logs"), selected, start_ms, pattern)
    errors = Counter(_errors(lines if is_local else islice(lines, MAX_LINES)))
    return printable(errors.most_common(1)[0][0]) if errors else None


def _errors(lines: Iterable[LogLine]) -> Iterator[str]:
    for line in lines:
        if line.message in _REASONS and line.document:
            reason = str(line.document[_REASONS[line.message]])
            yield reason if line.message == "record_failed" else f"{line.message}: {reason}"
        elif found := _TEXT.search(line.text):
            yield found[0].removeprefix("[ERROR] ")
