"""Finds the most frequent error in the log of a function that fails."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from ingestion.cli.environment import Deployment
from ingestion.cli.status.metrics.function_logs import log_group
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
    lines = (
        deployment.client("logs")
        .get_paginator("filter_log_events")
        .paginate(
            logGroupName=log_group(function),
            startTime=int((now - RECENT.length).timestamp() * 1000),
            filterPattern="" if deployment.endpoint_url else _PATTERN,
            PaginationConfig={"MaxItems": None if deployment.endpoint_url else MAX_LINES},
        )
    )
    errors = Counter(_errors(event["message"] for page in lines for event in page["events"]))
    return printable(errors.most_common(1)[0][0]) if errors else None


def _errors(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        is_ours = line.startswith("{") and any(f'"{message}"' in line for message in _REASONS)
        document: dict[str, Any] = from_json(line) if is_ours else {}
        message = document.get("message", "")
        if message in _REASONS:
            reason = str(document[_REASONS[message]])
            yield reason if message == "record_failed" else f"{message}: {reason}"
        elif found := _TEXT.search(line):
            yield found[0].removeprefix("[ERROR] ")
