"""A platform of its own for the tests that stop it, change it and take it away."""

from collections.abc import Iterator

import pytest

from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout, applied_with_subscriber
from tests.e2e.lifecycle.additions import add_sources, kill_emulator


@pytest.fixture(scope="package")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Yield an applied platform that only the tests of this folder change."""
    with applied_with_subscriber(tmp_path_factory) as checkout:
        yield checkout


@pytest.fixture(scope="package")
def deployment(checkout: Checkout) -> Deployment:
    return checkout.deployment


@pytest.fixture(scope="package")
def grown(checkout: Checkout) -> tuple[Deployment, str]:
    """Add a source of each kind, crash the emulator, apply, and return what `up` printed."""
    add_sources(checkout)
    kill_emulator(checkout)
    output = checkout.stack("plan", check=False).stderr
    output += checkout.stack("up").stderr
    return checkout.deployment, output
