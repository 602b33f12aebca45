"""A subscriber's endpoint in the tests' own hands: a real HTTP server on loopback."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any


class Endpoint(ThreadingHTTPServer):
    """Keeps what is posted; answers as `statuses` say by the change's id, 204 unless told."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.statuses: dict[str, int] = {}
        self.headers: list[dict[str, str]] = []
        self.taken: list[dict[str, Any]] = []
        self.body = b""
        self.lock = Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/changes"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Endpoint

    def do_POST(self) -> None:
        change = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = self.server.statuses.get(change["id"], 200)
        with self.server.lock:
            self.server.headers.append(dict(self.headers))
            if status < 300:
                self.server.taken.append(change)
        self.send_response(status)
        self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(port: int = 0) -> Iterator[Endpoint]:
    """An endpoint until the end of the block."""
    with Endpoint(port) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
