"""A platform of its own for the tests that stop it, change it and take it away."""

from collections.abc import Iterator

import pytest

from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout, applied, copy_with_subscriber, with_provider


@pytest.fixture(scope="package")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Yield an applied platform that only the tests of this folder change.

    The first `up` finds and starts the provider as a user's does.
    """
    copied = copy_with_subscriber(tmp_path_factory.mktemp("lifecycle"))
    with (
        applied(copied) as checkout,
        with_provider(checkout, tmp_path_factory.mktemp("provider")) as checkout,
    ):
        yield checkout


@pytest.fixture(scope="package")
def deployment(checkout: Checkout) -> Deployment:
    return checkout.deployment
