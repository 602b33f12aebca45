"""An environment that is known only by a URL and a key."""

import os
from typing import TYPE_CHECKING, Any

from ingestion.catalog import Catalog
from ingestion.cli.environment import Deployment, NotDeployed
from ingestion.cli.login.known import LOGIN_COMMAND


class Address(Deployment):
    """The URL of the API, or of one source's path in it. `environment` is the URL.

    Any other name of the environment raises NotDeployed.
    """

    key: str

    @classmethod
    def of(cls, url: str) -> "Address":
        """Return the address with the key in INGEST_KEY. Raises NotDeployed without a key."""
        key = os.environ.get("INGEST_KEY")
        if not key:
            raise NotDeployed(f"INGEST_KEY is not set: set it to your API key for {url}")
        url = url.rstrip("/")
        known: dict[str, Any] = {"api_url": url, "environment": url, "key": key}
        return cls.model_construct(**known)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Raise NotDeployed for what only the outputs name."""
            if name in type(self).model_fields:
                raise NotDeployed(self._needs(name))
            return super().__getattr__(name)

    @property
    def catalog(self) -> Catalog:
        """Raises NotDeployed: only an operator of the environment knows its catalog."""
        raise NotDeployed(self._needs("catalog"))

    def _needs(self, name: str) -> str:
        return (
            f"this command needs names of the environment ({name}), but {self.environment} is a"
            f" URL: run `{LOGIN_COMMAND}`, and then the command with --env"
        )
