"""One soak: sends the history while faults are injected, and collects the evidence."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial

import psutil

from infra.tools.run import console
from ingestion.cli.dlq.names import UNROUTED
from ingestion.cli.environment import Deployment
from ingestion.cli.search.rebuild import invoke_rebuild, wait_for_rebuild
from tests.faults import collect
from tests.faults.history.actors import PATIENCE_SECONDS, Actors, History
from tests.faults.history.events import Workload
from tests.faults.history.senders import Senders
from tests.faults.injection import script
from tests.faults.injection.steering import Steering
from tests.faults.models.evidence import Evidence
from tests.faults.receivers import Receivers
from tests.faults.stack import SoakStack
from tests.support.search.content import read_compared

AFTER_FAULTS_SECONDS = 10
WARM_EVENTS = 30


@dataclass(frozen=True)
class Soak:
    """A running stack with the faults of a soak, and the size of its history."""

    stack: SoakStack
    windows: list[script.Window]
    run: str
    events: int
    seed: int
    _restarting: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def deployment(self) -> Deployment:
        """Return the stack's outputs."""
        return Deployment.model_validate_json(self.stack.outputs_file.read_bytes())

    def collect_evidence(self) -> Evidence:
        """Send everything under faults, wait until it is processed, and return the evidence."""
        url = self.stack.emulator.url
        with Receivers.connected(self.deployment, url, self._family) as receivers:
            self._warm_up(receivers)
            seconds = max((window.end for window in self.windows), default=0) + AFTER_FAULTS_SECONDS
            workload = Workload(self.run, self.events, self.seed, seconds=seconds)
            history = History.plan(workload)
            operator = self._outputs_at(receivers.proxy.urls["operator"])
            actors = Actors.build(self.deployment, operator, history, seconds)
            with actors.operator.working():
                self._send(history, actors, receivers)
                actors.uploads.await_settled()
            with console.status("Waiting for the queues to drain …"):
                self._settle(actors, receivers)
            return self._evidence(workload, history, actors, receivers)

    def _family(self) -> list[psutil.Process]:
        emulator = self.stack.emulator.process
        return emulator.children(recursive=True) if emulator else []

    def _outputs_at(self, url: str) -> Deployment:
        """Return the outputs with another address of AWS."""
        outputs = self.deployment.model_dump() | {"endpoint_url": url}
        return Deployment.model_validate(outputs)

    def _warm_up(self, receivers: Receivers) -> None:
        """Store some events of each source, so that the functions run before the first fault.

        The first index is complete then. A rebuild that is killed three times is a dead letter.
        """
        first = Workload(f"{self.run}w", WARM_EVENTS).planned()
        for thread in Senders(self.deployment, 0, PATIENCE_SECONDS).start(first):
            thread.join()
        self._drain()
        receivers.forget()
        wait_for_rebuild(self.deployment, before="")
        collect.take_messages(self.deployment)

    def _send(self, history: History, actors: Actors, receivers: Receivers) -> None:
        """Send the history while the script's faults are active. Raises the error of an action."""
        stop = threading.Event()
        refusals, target = actors.senders.answers.closed, self.stack.target
        steering = Steering(self.deployment, refusals, target)
        restart = partial(self._restart, actors, receivers)
        actions: script.Actions = {"restart": restart, **steering.actions}
        with ThreadPoolExecutor(1) as pool:
            faults = pool.submit(script.run_script, self.windows, receivers.proxy, actions, stop)
            try:
                with console.status(f"Sending {len(history.events)} events under faults …"):
                    threads = actors.start(history)
                    while any(thread.is_alive() for thread in threads) or not faults.done():
                        time.sleep(collect.POLL_SECONDS)
                        if faults.done():
                            faults.result()
            finally:
                stop.set()

    def _restart(self, actors: Actors, receivers: Receivers, _: script.Window) -> int:
        """Stop the emulator and start it again with its state. Raises SetupError.

        A restart loses the table's stream and S3's notifications. So both are processed first,
        with new uploads and writes blocked.
        """
        faults = receivers.proxy.faults
        with self._restarting, actors.uploads.paused(), actors.operator.paused():
            faults.is_table_cut_off = True
            try:
                receivers.await_published()
                self.stack.emulator.stop()
                self.stack.emulator.start()
            finally:
                faults.is_table_cut_off = False
        return 1

    def _settle(self, actors: Actors, receivers: Receivers) -> None:
        """Wait until everything is processed, also what the operator still redrives."""
        self._drain()
        collect.await_released(self.deployment)
        while actors.operator.process_dead_letters():
            self._drain()
        receivers.await_delivered()
        collect.await_empty(self.deployment, [self.deployment.search_queue_url])

    def _drain(self) -> None:
        """Wait until every source's queue is empty."""
        collect.await_empty(self.deployment, self.deployment.queue_urls.values())

    def _evidence(
        self, workload: Workload, history: History, actors: Actors, receivers: Receivers
    ) -> Evidence:
        messages = collect.take_messages(self.deployment)
        grown = read_compared(self.deployment)
        wait_for_rebuild(self.deployment, invoke_rebuild(self.deployment))
        return Evidence(
            run=self.run,
            started=workload.started.timestamp(),
            history=history.events,
            answers=actors.senders.answers,
            corrections=actors.corrector.sent,
            files=history.files,
            accounts=actors.uploads.accounts(self.run),
            edits=actors.operator.edits,
            puts=receivers.proxy.puts,
            items=collect.read_items(self.deployment, self.run),
            dead_letters=[message for message in messages if message.queue != UNROUTED],
            unrouted=[message for message in messages if message.queue == UNROUTED],
            published=collect.take_changes(receivers.feed),
            delivered=receivers.endpoint.taken,
            grown=grown,
            rebuilt=read_compared(self.deployment).indexed,
            injected=script.effects(self.windows, receivers.proxy),
        )
