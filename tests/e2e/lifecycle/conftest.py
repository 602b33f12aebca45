"""A platform of its own for the tests that stop it, change it and take it away."""

from collections.abc import Iterator

import pytest

from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout, applied_with_subscriber


@pytest.fixture(scope="package")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Yield an applied platform that only the tests of this folder change."""
    with applied_with_subscriber(tmp_path_factory) as checkout:
        yield checkout


@pytest.fixture(scope="package")
def deployment(checkout: Checkout) -> Deployment:
    return checkout.deployment
