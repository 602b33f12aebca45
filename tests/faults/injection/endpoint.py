"""The subscriber's endpoint: keeps the changes that are delivered, or refuses them on request."""

import random
import threading
from http.server import ThreadingHTTPServer
from typing import Any

from ingestion.store.change import Change
from tests.faults.injection.faults import ActiveFaults
from tests.faults.injection.processes import Processes
from tests.support.servers import QuietHandler


class Endpoint(ThreadingHTTPServer):
    """Keeps the changes in the order of their arrival, once more for each repeat."""

    daemon_threads = True

    def __init__(self, faults: ActiveFaults, processes: Processes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.faults = faults
        self.processes = processes
        self.taken: list[Change] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """Return the address to which the delivery function posts."""
        return f"http://127.0.0.1:{self.server_address[1]}/changes"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: a killed function closes its connection."""


class _Handler(QuietHandler):
    protocol_version = "HTTP/1.1"
    server: Endpoint

    def do_POST(self) -> None:
        """Take or refuse a change. A half of the refused changes are taken, but not answered."""
        faults, change = self.server.faults, Change.model_validate_json(self.body())
        refusal = faults.drawn(faults.refusals, "delivery")
        if refusal:
            faults.injected[refusal] += 1
            if random.random() < 0.5:
                self.answer(503, b"")
                return
        with self.server.lock:
            self.server.taken.append(change)
        for strike in faults.due_strikes("delivery", "POST"):
            if self.server.processes.signal(self.client_address[1], strike.signal):
                faults.injected[strike.chance.fault] += 1
        if refusal:
            self.close_connection = True
            return
        self.answer(200, b"")
