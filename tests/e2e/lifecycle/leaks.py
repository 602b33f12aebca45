"""Reads every place where secrets or contents could leak: logs, Terraform's state, stack files."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingestion.cli.environment import Deployment
from tests.e2e.conftest import SUBSCRIBERS_TOKEN, Checkout

STATE_BUCKET = "ingestion-local-tfstate"

# The emulator returns at most this many lines of a log, without a token for the next page.
MOST_LINES = 10_000


def secrets(checkout: Checkout) -> list[str]:
    """Return every secret of the deployment."""
    known = json.loads((checkout.state / "outputs.json").read_text())
    keys = [*known["api_keys"].values(), *known["next_api_keys"].values()]
    delivery_secret = checkout.delivery_secret.removeprefix("whsec_")
    return [*keys, known["reader_api_key"], SUBSCRIBERS_TOKEN, delivery_secret]


def leaks(text: str, canaries: list[str]) -> list[str]:
    return [canary for canary in canaries if canary in text]


def logs(deployment: Deployment, since_ms: int = 0) -> Iterator[tuple[str, str]]:
    """Yield each line since `since_ms` (milliseconds since 1970), with its log group."""
    client = deployment.client("logs")
    groups = client.get_paginator("describe_log_groups").paginate()
    for group in (group for page in groups for group in page["logGroups"]):
        name = group["logGroupName"]
        yield from ((name, line) for line in _lines(client, name, since_ms))


def _lines(client: Any, group: str, since_ms: int) -> Iterator[str]:
    while True:
        found = client.filter_log_events(logGroupName=group, startTime=since_ms)["events"]
        if len(found) < MOST_LINES:
            yield from (line["message"] for line in found)
            return
        last = found[-1]["timestamp"]
        assert last > since_ms, f"{group} has {MOST_LINES} lines with one timestamp"
        yield from (line["message"] for line in found if line["timestamp"] < last)
        since_ms = last


def terraform_state(deployment: Deployment) -> Any:
    s3 = deployment.client("s3")
    [found] = s3.list_objects_v2(Bucket=STATE_BUCKET)["Contents"]
    return json.loads(s3.get_object(Bucket=STATE_BUCKET, Key=found["Key"])["Body"].read())


def files(checkout: Checkout) -> Iterator[tuple[Path, str]]:
    """Yield each file of the stack with its text, relative to its folder, except programs."""
    for path in checkout.state.rglob("*"):
        relative = path.relative_to(checkout.state)
        if path.is_file() and not {"providers", "tmp"} & {*relative.parts}:
            yield relative, path.read_text(errors="replace")
