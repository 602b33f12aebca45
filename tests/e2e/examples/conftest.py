"""A platform of its own, whose sources are all examples of config/examples."""

from collections.abc import Iterator

import pytest

from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout, copy_checkout, free_port, with_provider
from tests.support.examples import EXAMPLES, add_example


@pytest.fixture(scope="package")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Yield an applied platform with the examples, whose schemas are recorded."""
    copied = copy_checkout(tmp_path_factory.mktemp("checkout"), free_port())
    (copied.directory / "config" / "sources.yaml").write_text("sources:\n")
    for name in EXAMPLES:
        add_example(name, copied.directory)
    with with_provider(copied, tmp_path_factory.mktemp("provider")) as checkout:
        try:
            checkout.stack("schemas")
            checkout.stack("check")
            checkout.stack("up", port=checkout.port)
            yield checkout
        finally:
            checkout.stack("reset")


@pytest.fixture(scope="package")
def deployment(checkout: Checkout) -> Deployment:
    return checkout.deployment
