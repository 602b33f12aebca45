"""A platform of its own: the pages show what its tests stored, and no dead letters of others."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout, applied_with_subscriber
from tests.e2e.console.person import Person
from tests.e2e.console.seed import Seed, store_seed
from tests.support.browser.chromium import browser
from tests.support.browser.console import Console, running_console
from tests.support.browser.view import VIEWS, look


@pytest.fixture(scope="package")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Yield an applied platform that only the tests of this folder use."""
    with applied_with_subscriber(tmp_path_factory) as checkout:
        yield checkout


@pytest.fixture(scope="package")
def deployment(checkout: Checkout) -> Deployment:
    return checkout.deployment


@pytest.fixture(scope="package")
def console(checkout: Checkout) -> Iterator[Console]:
    with running_console(checkout.directory, checkout.environment()) as console:
        yield console


@pytest.fixture(scope="package")
def chrome(console: Console, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Yield a browser with a session of the console."""
    with browser(tmp_path_factory.mktemp("profile")) as chrome:
        chrome.get(console.url)
        yield chrome


@pytest.fixture(scope="package")
def seed(checkout: Checkout, deployment: Deployment) -> Seed:
    return store_seed(checkout, deployment)


@pytest.fixture
def person(chrome: Chrome, console: Console) -> Person:
    """A person before the overview, in a window of a desktop."""
    look(chrome, VIEWS[0])
    return Person(chrome, console.origin)
