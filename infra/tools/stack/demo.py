"""Sends real events through the whole platform on this machine, and shows their outcomes."""

import json
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from functools import partial

from rich.console import Console
from rich.table import Table

from infra.tools.deploy.environments import LOCAL
from infra.tools.errors import SetupError
from infra.tools.run import console, run_tool, show_step
from infra.tools.stack import ledger, practice
from infra.tools.stack.local_environment import LocalEnvironment
from infra.tools.stack.up import bring_up
from ingestion.catalog import Catalog
from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.event_client import EventClient, Summary
from ingestion.cli.client.event_file import UnsentEvent
from ingestion.cli.client.posting import new_client
from ingestion.cli.environment import Deployment, load_catalog

# In this order, equipment refers to contracts and milestones that do not exist yet.
FILES = {"sourceA": "equipment.jsonl", "sourceB": "contracts.jsonl", "sourceC": "milestones.jsonl"}
DRAIN_SECONDS = 150  # A record that a worker did not finish is delivered again after a minute.


def run_demo() -> None:
    """Bring the stack up, send, wait, show. Raises SetupError if the counts do not balance."""
    check_sources(load_catalog())
    bring_up(LocalEnvironment())
    deployment = Deployment.load(LOCAL)
    since_ms = int(time.time() * 1000)
    prefix = f"demo-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    with show_step("Sending", len(FILES)) as progress:
        keys = practice.upload_refused(deployment)
        sent = {}
        for source, file in FILES.items():
            sent[source] = _send_file(deployment, source, file, prefix)
            progress.count(file)
        sent["sourceA"] += _send_file(deployment, "sourceA", practice.ID_REUSED, prefix)
    with show_step("Waiting for the workers", len(sent)) as progress:
        counts = {}
        for source, of_source in sent.items():
            counts[source] = _await_outcomes(deployment, source, of_source, since_ms)
            progress.count(source)
        practice.await_refusal(deployment, keys, DRAIN_SECONDS)
    _print_counts(counts)
    if not all(map(_is_balanced, counts.values())):
        raise SetupError("The counts do not balance: see the functions' logs.")
    sys.stdout.write(practice.NEXT.format_map(sum(counts.values(), Counter())))


def check_sources(catalog: Catalog) -> None:
    """Raise SetupError unless the sources of the demo exist and take the platform's own events."""
    for source in FILES:
        if source not in catalog.sources or catalog.sources[source].map:
            problem = "has `map`" if source in catalog.sources else "is missing"
            raise SetupError(
                f"{source} {problem} in config/sources.yaml: the demo sends events in the"
                f" platform's own format to {', '.join(FILES)}. Add your sources under other names."
            )


def _send_file(deployment: Deployment, source: str, file: str, prefix: str) -> Counter[str]:
    """Send a file with event ids of this run, so that a second run repeats no event.

    The topic does not deliver a repeat within five minutes, so repeats are counted here.
    """
    events = [json.loads(line) for line in (practice.SAMPLE / file).read_text().splitlines()]
    posted = [
        UnsentEvent(line, event | {"id": f"{prefix}:{event['id']}"})
        for line, event in enumerate(events, 1)
    ]
    path = load_catalog().sources[source].path
    summary = Summary()
    with new_client(partial(add_api_key, key=deployment.api_keys[source])) as http:
        EventClient(f"{deployment.api_url}/{path}", http).send_events(posted, summary)
    for refusal in summary.errors:
        console.print(practice.describe_refusal(path, file, refusal))
    refused = {refusal.line for refusal in summary.errors}
    distinct = {event.content["id"] for event in posted if event.line not in refused}
    return Counter(
        posted=len(posted),
        rejected=summary.rejected,
        accepted=summary.accepted,
        duplicate=summary.accepted - len(distinct),
    )


def _await_outcomes(
    deployment: Deployment, source: str, sent: Counter[str], since_ms: int
) -> Counter[str]:
    """Return the counts with the outcomes, when the workers have counted every event."""
    deadline = time.monotonic() + DRAIN_SECONDS
    counts = sent
    while not _is_balanced(counts) and time.monotonic() < deadline:
        time.sleep(0.2)
        counts = sent + ledger.outcomes(deployment, source, since_ms)
    return counts


def _is_balanced(counts: Counter[str]) -> bool:
    """Return whether every accepted event has an outcome."""
    return counts["accepted"] == sum(counts[outcome] for outcome in ledger.OUTCOMES.values())


def _print_counts(counts: dict[str, Counter[str]]) -> None:
    table = Table("events", *counts)
    for measure in ("posted", "rejected", "accepted", *ledger.OUTCOMES.values()):
        numbers = (str(of_source[measure]) for of_source in counts.values())
        table.add_row(measure, *numbers, end_section=measure == "accepted")
    Console().print(table)


if __name__ == "__main__":
    run_tool(run_demo)
