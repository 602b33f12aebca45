"""Sends a history through the local stack while faults are injected, and checks every event.

    make soak [EVENTS=10000] [FAULTS=default | file.yaml] [SEED=1]

Exits with 1 if an event was lost, applied twice, out of order, or ended unexpectedly.
"""

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from boto3.dynamodb.types import TypeDeserializer
from rich.console import Console
from rich.table import Table

from infra.tools.errors import SetupError
from infra.tools.run import console, run_tool
from infra.tools.stack.local_environment import LocalEnvironment
from infra.tools.stack.up import bring_up
from ingestion.cli.dlq.actions import dead_letter_queues
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.queue import backlog
from ingestion.cli.dlq.target import UNROUTED
from ingestion.cli.environment import Deployment
from ingestion.cli.tail import Feed, follow
from ingestion.store.change import Change
from ingestion.store.table import ID
from tests.faults import script
from tests.faults.plot import plot
from tests.faults.proxy import FaultProxy
from tests.faults.senders import Senders
from tests.faults.verdict import FAULTS, OUTCOMES, SENT, Evidence, Ledger, judge
from tests.faults.workload import Workload

SCRIPTS = Path(__file__).parent
DRAIN_SECONDS = 600
PATIENCE_SECONDS = 240
QUIET_SECONDS = 3  # A batch of the stream is published in less.
WAIT_SECONDS = 1
SHOWN_FINDINGS = 20
WARM_EVENTS = 30


class SoakStack(LocalEnvironment):
    """A local stack for the soak only, so that its events stay apart from the user's."""

    folder = "soak"
    default_port = 4576
    to_reset = "delete .stack/soak"


@dataclass(frozen=True)
class Soak:
    """A running stack with the faults and the events of a soak."""

    stack: LocalEnvironment
    windows: list[script.Window]
    workload: Workload
    _restarting: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def deployment(self) -> Deployment:
        """Return the stack's outputs."""
        return Deployment.model_validate_json(self.stack.outputs_file.read_bytes())

    def run(self, picture: Path) -> Ledger:
        """Send the events under faults, wait for the queues to drain, and return the ledger."""
        history = self.workload.planned()
        seconds = max((window.end for window in self.windows), default=0) + 10
        senders = Senders(self.deployment, seconds, PATIENCE_SECONDS)
        stop = threading.Event()
        with self._proxied() as proxy, self._following() as feed:
            self._warm_up()
            proxy.puts.clear()
            started = time.time()
            with ThreadPoolExecutor(1) as pool:
                restart = partial(self._restart, proxy, feed)
                faults = pool.submit(script.run, self.windows, proxy, restart, stop)
                try:
                    with console.status(f"Sending {len(history)} events in {seconds:.0f} s …"):
                        for thread in senders.start(history):
                            thread.join()
                    faults.result()
                finally:
                    stop.set()
            with console.status("Waiting for the queues to drain …"):
                self._drain()
            with console.status("Reading the change feed …"):
                changes = self._changes(feed)
                console.print(f"The change feed published {len(changes)} changes.", highlight=False)
        for window in self.windows:
            count = proxy.injected[window.name]
            console.print(f"{window.name}: {count or 'without effect'}", highlight=False)
        evidence = Evidence(proxy.puts, self._items(), *self._left(), changes)
        plot(picture, started, self.windows, history, senders.answers, evidence)
        return judge(history, senders.answers, evidence)

    def _warm_up(self) -> None:
        """Store one event of each source, so that the functions run before the first fault."""
        first = Workload(f"{self.workload.run}w", WARM_EVENTS).planned()
        senders = Senders(self.deployment, 0, PATIENCE_SECONDS)
        for thread in senders.start(first):
            thread.join()
        self._drain()

    @contextmanager
    def _proxied(self) -> Iterator[FaultProxy]:
        """Route the functions' AWS calls through the proxy, and restore the setting at the end."""
        functions = self.deployment.client("lambda")
        names = [self.deployment.function_names["api"]]
        names += self.deployment.function_names["workers"].values()
        before = {
            name: functions.get_function_configuration(FunctionName=name)["Environment"]
            for name in names
        }
        with FaultProxy(self.stack.emulator.url, self._family).running() as proxy:
            try:
                for name, environment in before.items():
                    variables = environment["Variables"] | {"AWS_ENDPOINT_URL": proxy.url}
                    functions.update_function_configuration(
                        FunctionName=name, Environment={"Variables": variables}
                    )
                yield proxy
            finally:
                for name, environment in before.items():
                    functions.update_function_configuration(
                        FunctionName=name, Environment=environment
                    )

    def _family(self) -> list[psutil.Process]:
        emulator = self.stack.emulator.process
        return emulator.children(recursive=True) if emulator else []

    def _following(self) -> AbstractContextManager[Feed]:
        """Subscribe a queue to the change topic, as any subscriber does."""
        return follow(self.deployment, {})

    def _restart(self, proxy: FaultProxy, feed: Feed) -> None:
        """Stop the emulator and start it again with its state. Raises SetupError.

        A restart loses the table's stream. So the stream is drained first, with writes blocked.
        """
        with self._restarting:
            proxy.is_table_cut_off = True
            try:
                self._await_quiet(feed)
                self.stack.emulator.stop()
                self.stack.emulator.start()
            finally:
                proxy.is_table_cut_off = False

    def _await_quiet(self, feed: Feed) -> None:
        """Wait until the feed publishes no more changes."""
        before = -1
        while (published := backlog(feed.sqs, feed.queue_url)) > before:
            before = published
            time.sleep(QUIET_SECONDS)

    def _changes(self, feed: Feed) -> list[Change]:
        """Return every published change of this run's entities."""
        self._await_quiet(feed)
        changes: list[Change] = []
        while page := feed.receive(WAIT_SECONDS):
            changes += page
        return [change for change in changes if f"#{self.workload.run}-" in change.key]

    def _drain(self) -> None:
        """Wait until every source's queue is empty. Raises SetupError after `DRAIN_SECONDS`."""
        sqs = self.deployment.client("sqs")
        deadline = time.monotonic() + DRAIN_SECONDS
        while any(backlog(sqs, url) for url in self.deployment.queue_urls.values()):
            if time.monotonic() > deadline:
                raise SetupError(f"The queues were not empty after {DRAIN_SECONDS} s.")
            time.sleep(1)

    def _items(self) -> dict[str, dict[str, Any]]:
        """Return the table's items of this run by key."""
        pages = self.deployment.client("dynamodb").get_paginator("scan")
        python = TypeDeserializer().deserialize
        return {
            item[ID]["S"]: {name: python(value) for name, value in item.items()}
            for page in pages.paginate(TableName=self.deployment.table_name)
            for item in page["Items"]
            if f"#{self.workload.run}-" in item[ID]["S"]
        }

    def _left(self) -> tuple[list[DeadLetter], list[DeadLetter]]:
        """Receive and delete this run's dead letters and unrouted messages, and return them."""
        found: list[DeadLetter] = []
        for queue in dead_letter_queues(self.deployment).values():
            with queue.leased() as pages:
                for page in pages:
                    queue.delete(page)
                    found += (
                        message for message in page if f"{self.workload.run}:" in message.body
                    )
        unrouted = [message for message in found if message.queue == UNROUTED]
        return [message for message in found if message.queue != UNROUTED], unrouted


def show(ledger: Ledger, seconds: float) -> None:
    """Print the ledger by source. Faults come last, in red where they occurred."""
    sources = sorted(ledger.counts)
    table = Table("events", *sources, title=f"Ledger after {seconds:.0f} s")
    for section in (SENT, OUTCOMES, FAULTS):
        for measure in section:
            counts = [ledger.counts[source][measure] for source in sources]
            style = "bold red" if section is FAULTS and any(counts) else ""
            table.add_row(measure, *map(str, counts), style=style)
        table.add_section()
    Console().print(table)
    for finding in ledger.findings[:SHOWN_FINDINGS]:
        console.print(finding, markup=False)


def main(
    events: Annotated[int, typer.Option(min=1, max=100_000)] = 10_000,
    faults: Annotated[str, typer.Option(help="default, short, or a file.")] = "default",
    seed: int = 1,
) -> None:
    """Start a stack, run the soak, and print the ledger. Exit with 1 if the ledger is not clean."""
    file = SCRIPTS / f"{faults}.yaml" if faults.isidentifier() else Path(faults)
    windows = script.load(file)
    stack = SoakStack()
    picture = stack.directory / "soak.png"
    try:
        bring_up(stack)
        started = time.monotonic()
        soak = Soak(stack, windows, Workload(f"soak{time.time():.0f}", events, seed))
        ledger = soak.run(picture)
    finally:
        stack.emulator.stop()
    show(ledger, time.monotonic() - started)
    console.print(f"The picture is {picture}.")
    if not ledger.is_clean:
        sys.exit(1)


if __name__ == "__main__":
    run_tool(lambda: typer.run(main))
