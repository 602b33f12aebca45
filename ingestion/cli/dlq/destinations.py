"""What dead letters need to go back: the environment, its router, and what sources may send."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

from ingestion.catalog import Catalog
from ingestion.cli.environment import Checkout, Deployment, load_catalog
from ingestion.messaging.router import Router

_CALLS_AT_ONCE = 10


@dataclass(frozen=True)
class Destinations:
    """An environment, and the checkout whose catalog says what its sources may send."""

    deployment: Deployment
    checkout: Checkout

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog of the checkout."""
        return load_catalog(self.checkout)

    @cached_property
    def router(self) -> Router:
        """The environment's router."""
        sns = self.deployment.client("sns")
        return Router(sns, self.deployment.topic_arn, ThreadPoolExecutor(_CALLS_AT_ONCE))
