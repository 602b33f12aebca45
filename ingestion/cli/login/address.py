"""An environment that is known only by a URL and a key."""

import os
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import httpx

from ingestion.catalog import Catalog
from ingestion.cli.environment import Deployment, NotDeployed
from ingestion.cli.login.known import LOGIN_COMMAND


class Address(Deployment):
    """The URL of the API, or of one source's path in it. `environment` is the URL.

    Raises NotDeployed for an attribute that only outputs contain.
    """

    key: str

    @classmethod
    def of(cls, url: str) -> "Address":
        """Return the address with the key in INGEST_KEY. Raises NotDeployed if one is wrong."""
        _check_url(url)
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


def _check_url(url: str) -> None:
    """Raise NotDeployed for a URL to which no key may be sent."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise NotDeployed(f"{url!r} is not a valid URL: {error}") from error
    is_safe = parsed.scheme == "https" or (parsed.scheme == "http" and _is_loopback(parsed.host))
    if not parsed.host or not is_safe:
        raise NotDeployed(f"{url!r} must start with https://, because the key is sent to it")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
