"""A source as the checkout and the environment know it: both entries of the catalog."""

from dataclasses import dataclass
from typing import Self

from ingestion.catalog import Catalog, Source
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment, UnknownEnvironment, load_catalog
from ingestion.cli.login.deployed import read_environment
from ingestion.cli.login.known import LOGIN_COMMAND, default_environment, outputs_command
from ingestion.cli.output import exit_with_error
from ingestion.cli.suggestions import unknown_name


@dataclass(frozen=True)
class CheckedSource:
    """A source of a catalog. `entry` is that of the checkout, `deployed` that of the environment.

    `current` is the entry that senders meet, or the checkout's before the first deployment.
    One of them may be None. Without a checkout, `checkout_catalog` is None; without an environment,
    `deployment`, which has the deployed catalog.
    """

    name: str
    current: Source
    checkout: Checkout
    checkout_catalog: Catalog | None
    deployment: Deployment | None

    @classmethod
    def find(cls, name: str, checkout: Checkout, deployment: Deployment | None) -> Self:
        """Return the source. The command ends if neither catalog has it. Raises BadCatalog.

        Raises NotLoggedIn and UnknownEnvironment if the deployed catalog cannot be read.
        """
        catalog = load_catalog(checkout) if checkout.catalog_file.is_file() else None
        return cls.of(name, checkout, catalog, deployment)

    @classmethod
    def of(
        cls, name: str, checkout: Checkout, catalog: Catalog | None, deployment: Deployment | None
    ) -> Self:
        """Return the source, given the checkout's catalog. Ends and raises as `find`."""
        described = describe_deployed(deployment) if deployment else None
        deployed = (described.sources or {}) if described else {}
        known = {**(catalog.sources if catalog else {}), **deployed}
        if name not in known:
            exit_with_error(f"the catalog has {unknown_name('source', name, known)}")
        return cls(name, known[name], checkout, catalog, described)

    @property
    def entry(self) -> Source | None:
        """Return the entry of the checkout's catalog."""
        return self.checkout_catalog.sources.get(self.name) if self.checkout_catalog else None

    @property
    def deployed(self) -> Source | None:
        """Return the entry of the deployed catalog."""
        sources = self.deployment.sources if self.deployment else None
        return sources.get(self.name) if sources else None

    @property
    def environment(self) -> str:
        """Return the name of the environment, also of one that is not deployed."""
        found = self.deployment
        return found.environment if found else default_environment(self.checkout)

    @property
    def running(self) -> Deployment | None:
        """Return the environment if the source is deployed there."""
        return self.deployment if self.deployed else None

    def command(self, *words: str) -> str:
        """Return the `ingest` command of these words for the environment."""
        return self.deployment.command(*words) if self.deployment else f"ingest {' '.join(words)}"


def describe_deployed(deployment: Deployment) -> Deployment:
    """Return the environment as it describes itself now: with its catalog, names and key ids.

    The outputs may be older than the last deployment. A login of an older version is the only
    description that it has. Raises NotLoggedIn and UnknownEnvironment.
    """
    bucket, name = deployment.login_bucket_name, deployment.environment
    if bucket:
        known = deployment.model_dump(include={"api_keys", "endpoint_url", "environment"})
        described = Deployment.model_validate(
            read_environment(deployment.client("s3"), bucket) | known
        )
        return described.model_copy(update={"checkout": deployment.checkout})
    if deployment.sources:
        return deployment
    raise UnknownEnvironment(
        f"the outputs of {name} lack login_bucket_name: run `{outputs_command(name)}` again, or"
        f" `{LOGIN_COMMAND}`"
    )
