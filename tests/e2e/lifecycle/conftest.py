"""A platform of its own for the tests that stop it, change it and take it away."""

from collections.abc import Iterator

import pytest

from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout, applied


@pytest.fixture(scope="package")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """The whole platform; no other folder's tests see what becomes of it."""
    with applied(tmp_path_factory.mktemp("lifecycle")) as checkout:
        yield checkout


@pytest.fixture(scope="package")
def deployment(checkout: Checkout) -> Deployment:
    return checkout.deployment
