"""Counts the requests that the API refused as a whole, by source, in its log."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import Selection, log_group_of
from ingestion.cli.logs.read import read_lines

MAX_LINES = 10_000  # One call of CloudWatch. More refusals need attention in the same way.
_MESSAGE = "request_refused"

Refusals = Mapping[int, int]  # Requests by their HTTP status.


def read_refusals(
    deployment: Deployment, since: datetime, only: str | None = None
) -> dict[str, Refusals]:
    """Return the refused requests since a time by source, or those of one source only."""
    function = deployment.function_names["api"]
    selected = Selection(function, log_group_of(function))
    logs: Any = deployment.client("logs")
    pattern = f'"{_MESSAGE}"'
    if only is not None:
        pattern = f'{{ $.message = "{_MESSAGE}" && $.source = "{only}" }}'
    lines = read_lines(logs, selected, int(since.timestamp() * 1000), pattern)
    refused = (line.document for line in lines if line.message == _MESSAGE)
    wanted = (each for each in refused if each.get("source") and only in (None, each["source"]))
    found: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for each in islice(wanted, MAX_LINES):
        found[each["source"]][int(each["refused"])] += 1
    return dict(found)
