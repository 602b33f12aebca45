"""The API as a command calls it: an HTTP server that passes requests to the functions on moto."""

import json
from collections.abc import Callable
from http.server import ThreadingHTTPServer

from tests.integration.cloud import Cloud
from tests.integration.response import Response, response_of
from tests.support.invocations import REQUEST_ID, request
from tests.support.servers import QuietHandler

LOST = 0


class Gateway(ThreadingHTTPServer):
    """Passes requests for entities on. The operator's worker stores corrections while it works.

    `answers` are statuses and bodies that the next corrections get instead (LOST: none), and
    `before_corrections` is called when the API receives one.
    """

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.cloud = cloud
        self.is_working = True
        self.is_readable = True
        self.answers: list[tuple[int, dict[str, object]]] = []
        self.corrections: list[dict[str, str]] = []
        self.before_corrections: list[Callable[[], None]] = []

    @property
    def url(self) -> str:
        """The address of the stage."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def respond(self, event: dict[str, object]) -> Response:
        """Return the response of the function that has this path and method."""
        if event["httpMethod"] == "GET" and not self.is_readable:
            return Response(503, {}, "{}")
        if event["httpMethod"] == "GET":
            return response_of(self.cloud.query(event))
        for change in self.before_corrections:
            change()
        if self.answers:
            status, document = self.answers.pop(0)
            return Response(status, {}, json.dumps(document))
        response = self.cloud.ask(event)
        if self.is_working:
            self.store_corrections()
        return response

    def store_corrections(self) -> None:
        """Let the operator's worker work off its queue."""
        self.cloud.serve("operator")
        assert self.cloud.work(*self.cloud.queued("operator")) == []


class Handler(QuietHandler):
    """Builds the event of a request as API Gateway does."""

    server: Gateway

    def do_GET(self) -> None:
        """Respond to any method."""
        if not self.path.startswith("/v1/"):
            self.answer(404, b'{"status": 404, "detail": "there is no such path and method"}')
            return
        path, headers = self.path.removeprefix("/v1/"), dict(self.headers)
        body = self.rfile.read(int(headers.get("Content-Length", 0)))
        if self.command != "GET":
            self.server.corrections.append(headers)
        event = request(path, body.decode(), headers=headers, method=self.command)
        response = self.server.respond(event)
        if response.status == LOST:
            self.close_connection = True
            return
        kept = {k: v for k, v in response.headers.items() if k not in ("Content-Encoding",)}
        kept["X-Request-Id"] = REQUEST_ID
        self.answer(response.status, response.text.encode(), **kept)

    do_PUT = do_DELETE = do_GET  # noqa: N815 - the names that the server calls
