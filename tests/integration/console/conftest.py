from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import httpx
import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.console import server
from ingestion.cli.console.runtime import Runtime
from ingestion.cli.environment import Deployment
from tests.integration.conftest import Ingest


@contextmanager
def served(deployment: Deployment) -> Iterator[Runtime]:
    """Serve the console of an environment on a free port within the block."""
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


@pytest.fixture
def runtime(run_quickly: Ingest, checkout: Checkout) -> Iterator[Runtime]:  # noqa: ARG001 - makes the outputs
    """Serve the console of the platform on moto, and yield its runtime."""
    with served(Deployment.load("local", checkout)) as runtime:
        yield runtime


@pytest.fixture
def console(runtime: Runtime) -> Iterator[httpx.Client]:
    """Yield the operator's browser, with a session and without JavaScript."""
    with httpx.Client(base_url=runtime.origin, follow_redirects=True) as client:
        client.get("/static/icon.svg", params={"token": runtime.token})  # It calls no service.
        client.headers["Origin"] = runtime.origin
        yield client
