"""Counts the requests that the API refused as a whole, by source, in its log."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import Selection, log_group_of
from ingestion.cli.logs.read import read_lines
from ingestion.cli.status.metrics.series import RECENT

MAX_LINES = 10_000  # One call of CloudWatch. More refusals need attention in the same way.
_MESSAGE = "request_refused"

Refusals = Mapping[int, int]  # Requests by their HTTP status.


def read_refusals(deployment: Deployment, now: datetime) -> dict[str, Refusals]:
    """Return the refused requests of the last 15 minutes by source."""
    function = deployment.function_names["api"]
    selected = Selection(function, log_group_of(function))
    start_ms = int((now - RECENT.length).timestamp() * 1000)
    logs: Any = deployment.client("logs")
    lines = read_lines(logs, selected, start_ms, f'"{_MESSAGE}"')
    found: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for line in islice(lines, MAX_LINES):
        if line.message == _MESSAGE and (source := line.document.get("source")):
            found[source][int(line.document["refused"])] += 1
    return dict(found)
