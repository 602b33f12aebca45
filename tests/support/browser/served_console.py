"""A console that this process serves on a free port of loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import httpx

from ingestion.cli.console import server
from ingestion.cli.console.runtime import Runtime
from ingestion.cli.environment import Deployment


@contextmanager
def served(deployment: Deployment) -> Iterator[Runtime]:
    """Serve the console of an environment within the block."""
    listening = server.listen(0)
    runtime = server.runtime_for(deployment, listening)
    serving = server.new_server(runtime)
    thread = Thread(target=serving.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield runtime
    finally:
        serving.should_exit = True
        thread.join()


@contextmanager
def operators_browser(runtime: Runtime) -> Iterator[httpx.Client]:
    """Yield a client with a session, as a browser without JavaScript."""
    with httpx.Client(base_url=runtime.origin, follow_redirects=True, timeout=60) as client:
        client.get("/static/icon.svg", params={"token": runtime.token})  # It calls no service.
        client.headers["Origin"] = runtime.origin
        yield client
