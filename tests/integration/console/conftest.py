from collections.abc import Iterator

import httpx
import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.console.runtime import Runtime
from ingestion.cli.environment import Deployment
from tests.integration.conftest import Ingest
from tests.support.browser.served_console import operators_browser, served


@pytest.fixture
def runtime(run_quickly: Ingest, checkout: Checkout) -> Iterator[Runtime]:  # noqa: ARG001 - makes the outputs
    """Serve the console of the platform on moto, and yield its runtime."""
    with served(Deployment.load("local", checkout)) as runtime:
        yield runtime


@pytest.fixture
def console(runtime: Runtime) -> Iterator[httpx.Client]:
    """Yield the operator's browser, with a session and without JavaScript."""
    with operators_browser(runtime) as client:
        yield client
