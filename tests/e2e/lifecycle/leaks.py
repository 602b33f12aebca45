"""Where what nobody may see would show: logs, what Terraform keeps, and files of the stack."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingestion.cli.environment import Deployment
from tests.e2e.conftest import SUBSCRIBERS_TOKEN, Checkout

STATE_BUCKET = "ingestion-local-tfstate"

# Where the emulator ends its one page of a log: there is more, but it does not say so.
MOST_LINES = 10_000


def secrets(checkout: Checkout) -> list[str]:
    """What nobody but its owner may know."""
    known = json.loads((checkout.state / "outputs.json").read_text())
    keys = [*known["api_keys"].values(), *known["next_api_keys"].values()]
    return [*keys, known["reader_api_key"], SUBSCRIBERS_TOKEN]


def leaks(text: str, canaries: list[str]) -> list[str]:
    return [canary for canary in canaries if canary in text]


def logs(deployment: Deployment, since_ms: int = 0) -> Iterator[tuple[str, str]]:
    """Each line of each log group since then (ms since 1970), with the group's name."""
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
        assert last > since_ms, f"{group} has {MOST_LINES} lines of one moment"
        yield from (line["message"] for line in found if line["timestamp"] < last)
        since_ms = last


def terraform_state(deployment: Deployment) -> Any:
    s3 = deployment.client("s3")
    [found] = s3.list_objects_v2(Bucket=STATE_BUCKET)["Contents"]
    return json.loads(s3.get_object(Bucket=STATE_BUCKET, Key=found["Key"])["Body"].read())


def files(checkout: Checkout) -> Iterator[tuple[Path, str]]:
    """Each file of the stack, relative to its folder, with its text; programs left out."""
    for path in checkout.state.rglob("*"):
        place = path.relative_to(checkout.state)
        if path.is_file() and not {"providers", "tmp"} & {*place.parts}:
            yield place, path.read_text(errors="replace")
