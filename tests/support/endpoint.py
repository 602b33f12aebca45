"""A subscriber's endpoint that a test controls: a real HTTP server on loopback."""

import json
from contextlib import suppress
from http.server import ThreadingHTTPServer
from socket import SHUT_RDWR
from threading import Lock
from typing import Any

from tests.support.servers import QuietHandler


class Endpoint(ThreadingHTTPServer):
    """Keeps the changes that are posted. `statuses` are the answers by change id (default: 200)."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.statuses: dict[str, int] = {}
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.taken: list[dict[str, Any]] = []
        self.answered = b""
        self.is_endless = False  # Announces a long body, and sends nothing.
        self.lock = Lock()
        self.connections: list[Any] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        """Handle the requests of a connection in a thread of its own."""
        self.connections.append(request)
        super().process_request(request, client_address)

    def server_close(self) -> None:
        """Close the connections too. A client keeps its connection for the next request."""
        super().server_close()
        for connection in self.connections:
            with suppress(OSError):  # Already closed.
                connection.shutdown(SHUT_RDWR)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/changes"


class Handler(QuietHandler):
    protocol_version = "HTTP/1.1"
    server: Endpoint

    def do_POST(self) -> None:
        body = self.body()
        change = json.loads(body)
        status = self.server.statuses.get(change["id"], 200)
        with self.server.lock:
            self.server.headers.append(dict(self.headers))
            self.server.bodies.append(body)
            if status < 300:
                self.server.taken.append(change)
        if self.server.is_endless:
            self.send_response(status)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            return
        self.answer(status, self.server.answered, Location=f"{self.server.url}/elsewhere")
