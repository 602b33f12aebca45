"""Sends real events through the whole platform on this machine, and shows their outcomes."""

import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from rich.console import Console
from rich.table import Table

from infra.tools.deploy.environments import LOCAL
from infra.tools.errors import SetupError
from infra.tools.paths import ROOT
from infra.tools.run import run_tool, talk
from infra.tools.stack import ledger
from infra.tools.stack.local_environment import LocalEnvironment
from infra.tools.stack.up import bring_up
from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.event_client import EventClient, Summary, UnsentEvent
from ingestion.cli.client.posting import new_client
from ingestion.cli.environment import Deployment, load_catalog

SAMPLE = ROOT / "docs" / "sample-data"
# In this order, equipment refers to contracts and milestones that do not exist yet.
FILES = {"sourceA": "equipment.jsonl", "sourceB": "contracts.jsonl", "sourceC": "milestones.jsonl"}
DRAIN_SECONDS = 60
NEXT = """\
The counts balance: accepted = stored + superseded + duplicate + dead-lettered.
(The topic ignores a repeat within five minutes. Such duplicates are counted by their ids.)

Try next:
  .venv/bin/ingest list CONTRACT
  .venv/bin/ingest get EQUIPMENT site-asuncion/line-1
  .venv/bin/ingest send docs/sample-data/contracts.jsonl --source sourceB
  make outputs      the API's URL and keys, to post with curl
  make down         stop the stack and keep its data; make up starts it again
"""


@dataclass
class SourceCounts:
    """The events that one source sent, and their outcomes."""

    source: str
    posted: int
    accepted: int
    rejected: int
    repeated: int
    outcomes: Counter[str]

    @property
    def is_settled(self) -> bool:
        """Whether every accepted event has an outcome."""
        return self.accepted == sum(self.outcomes.values())


def run() -> None:
    """Bring the stack up, send, wait, show. Raises SetupError if the counts do not balance."""
    bring_up(LocalEnvironment())
    deployment = Deployment.load(LOCAL)
    since_ms = int(time.time() * 1000)
    prefix = f"demo-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    accounts = [_send(deployment, source, file, prefix) for source, file in FILES.items()]
    with talk.status("Waiting for the workers …"):
        _settle(deployment, accounts, since_ms)
    _show(accounts)
    if not all(account.is_settled for account in accounts):
        raise SetupError("The counts do not balance: see the functions' logs.")
    sys.stdout.write(NEXT)


def _send(deployment: Deployment, source: str, file: str, prefix: str) -> SourceCounts:
    """Send a file with event ids of this run, so that a second run repeats no event."""
    events = [json.loads(line) for line in (SAMPLE / file).read_text().splitlines()]
    posted = [
        UnsentEvent(line, event | {"id": f"{prefix}:{event['id']}"})
        for line, event in enumerate(events, 1)
    ]
    path = load_catalog().sources[source].path
    url = f"{deployment.api_url}/{path}"
    summary = Summary()
    with new_client(partial(add_api_key, key=deployment.api_keys[source])) as http:
        EventClient(url, http).send(posted, summary)
    for refusal in summary.errors:
        talk.print(f"POST /{path}, line {refusal.line} of {file}, refused: {refusal.message}")
    refused = {refusal.line for refusal in summary.errors}
    distinct = {event.content["id"] for event in posted if event.line not in refused}
    repeated = summary.accepted - len(distinct)
    return SourceCounts(
        source, len(posted), summary.accepted, summary.rejected, repeated, Counter()
    )


def _settle(deployment: Deployment, accounts: list[SourceCounts], since_ms: int) -> None:
    """Wait until the workers have counted every event that they received.

    The topic does not deliver a repeat within five minutes.
    """
    deadline = time.monotonic() + DRAIN_SECONDS
    for account in accounts:
        while not account.is_settled and time.monotonic() < deadline:
            time.sleep(0.2)
            reported = ledger.outcomes(deployment, account.source, since_ms)
            account.outcomes = reported + Counter(duplicate=account.repeated)


def _show(accounts: list[SourceCounts]) -> None:
    table = Table("events", *(account.source for account in accounts))
    for measure in ("posted", "rejected", "accepted"):
        table.add_row(measure, *(str(getattr(account, measure)) for account in accounts))
    table.add_section()
    for outcome in ledger.OUTCOMES.values():
        table.add_row(outcome, *(str(account.outcomes[outcome]) for account in accounts))
    Console().print(table)


if __name__ == "__main__":
    run_tool(run)
