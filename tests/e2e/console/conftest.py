import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from selenium.webdriver import Chrome

from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout
from tests.e2e.console.seed import Seed, sow
from tests.support.browser.chromium import browser


class Console(NamedTuple):
    """A running console: the URL that it printed, and its process."""

    url: str
    process: subprocess.Popen[str]

    @property
    def origin(self) -> str:
        return self.url.partition("/?")[0]


@contextmanager
def running(checkout: Checkout, *options: str) -> Iterator[Console]:
    """Run `ingest console` in a copy of the checkout, and interrupt it at the end."""
    command = [sys.executable, "-m", "ingestion.cli.app", "console", "--no-browser", "--port", "0"]
    with subprocess.Popen(
        [*command, *options],
        cwd=checkout.directory,
        env=checkout.environment(),
        stderr=subprocess.PIPE,
        text=True,
        # A shell that starts the tests in the background makes all processes ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stderr
        try:
            yield Console(process.stderr.readline().split()[-1], process)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)


@pytest.fixture(scope="package")
def console(checkout: Checkout) -> Iterator[Console]:
    with running(checkout) as console:
        yield console


@pytest.fixture(scope="package")
def chrome(console: Console, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A browser with a session of the console."""
    with browser(tmp_path_factory.mktemp("profile")) as chrome:
        chrome.get(console.url)
        yield chrome


@pytest.fixture(scope="package")
def seed(checkout: Checkout, deployment: Deployment) -> Seed:
    return sow(checkout, deployment)
