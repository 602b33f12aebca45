"""Serves the console on 127.0.0.1 until it is interrupted."""

import asyncio
import errno
import logging
import os
import secrets
import signal
import socket
import sys
import webbrowser
from contextlib import suppress
from threading import Thread

import uvicorn

from ingestion.cli.console.application import create_app
from ingestion.cli.console.runtime import Runtime
from ingestion.cli.environment import Deployment
from ingestion.cli.output import ExitCode, exit_with_error

HOST = "127.0.0.1"
_DEFAULT_PORT = 80  # Of HTTP: browsers leave it out of Host and Origin.
_TOKEN_BYTES = 32
_MAX_HEAD_BYTES = 1_000_000  # The URL of a page holds the new value of a field.
_GRACE_SECONDS = 1  # For requests that run when the console is stopped. Work has no limit.


class _Server(uvicorn.Server):
    """A server that ends the connections of live pages first: they have no end of their own."""

    def __init__(self, runtime: Runtime, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._runtime = runtime

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop. Let requests that run complete for a moment."""
        self._runtime.connections.stop()
        # A request that is cut off now is no failure.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


def listen(port: int) -> socket.socket:
    """Return a socket that listens on this port, or on a free one for 0.

    Raises CommandFailed if the port is in use.
    """
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        exit_with_error(
            f"port {port} of {HOST} cannot be used: {error.strerror}: choose another by --port,"
            " or any free one by --port 0",
            ExitCode.UNREACHABLE,
        )


def runtime_for(deployment: Deployment, listening: socket.socket) -> Runtime:
    """Return the runtime of a console that listens here, with a new token."""
    port = listening.getsockname()[1]
    address = HOST if port == _DEFAULT_PORT else f"{HOST}:{port}"
    return Runtime(deployment, address, secrets.token_urlsafe(_TOKEN_BYTES))


def serve(runtime: Runtime, listening: socket.socket, open_url: str | None = None) -> None:
    """Serve until Ctrl-C, then end the process. Open this URL in the browser first."""
    if open_url:  # The socket listens already, so the browser may be faster than the server.
        # A browser in the terminal, such as lynx, ends only when the operator quits.
        Thread(target=webbrowser.open, args=(open_url,), daemon=True).start()
    asyncio.run(_serve_and_end(runtime, listening))


async def _serve_and_end(runtime: Runtime, listening: socket.socket) -> None:
    server = new_server(runtime)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # As under `nohup`.
        signal.signal(signal.SIGHUP, server.handle_exit)  # The terminal was closed.
    try:
        with suppress(KeyboardInterrupt):
            await server.serve(sockets=[listening])
    finally:
        runtime.stop()  # A second Ctrl-C skips the end of the application.
    sys.stderr.flush()
    # Threads of requests may wait for minutes for an answer of AWS that no page shows any more.
    os._exit(0)


def new_server(runtime: Runtime) -> uvicorn.Server:
    """Return a server of the pages. It logs only what fails."""
    return _Server(
        runtime,
        uvicorn.Config(
            create_app(runtime),
            log_level="warning",
            access_log=False,
            server_header=False,
            http="h11",  # Another parser, if it is installed, accepts two Host headers.
            ws="none",
            h11_max_incomplete_event_size=_MAX_HEAD_BYTES,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        ),
    )
