"""Access to an API by a URL and a key only."""

import os
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self

from ingestion.cli.checkout import THIS_CHECKOUT
from ingestion.cli.environment import UnknownEnvironment
from ingestion.cli.login.known import LOGIN_COMMAND, next_command


@dataclass(frozen=True)
class ApiAccess:
    """The URL of the API, or of one source's path in it, and a key for this URL."""

    url: str
    key: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Return the access with the key in INGEST_KEY.

        Raises UnknownEnvironment without a key, or if no key may be sent to the URL.
        """
        _check_url(url)
        key = os.environ.get("INGEST_KEY")
        if not key:
            raise UnknownEnvironment(f"INGEST_KEY is not set: set it to your API key for {url}")
        return cls(url.rstrip("/"), key)

    def command(self, *words: str) -> str:
        """Return the `ingest` command of these words for a message about this URL."""
        return next_command(words, self.url, THIS_CHECKOUT)

    @property
    def environment(self) -> str:
        """The URL, by which --env names this environment."""
        return self.url


def needs_login(access: ApiAccess) -> UnknownEnvironment:
    """Return the error of a command that needs more than a URL."""
    return UnknownEnvironment(
        f"this command needs the names of the environment's resources, but {access.url} is a URL:"
        f" run `{LOGIN_COMMAND}`, and then the command with --env"
    )


def _check_url(url: str) -> None:
    """Raise UnknownEnvironment for a URL to which no key may be sent."""
    import httpx  # Takes longer to import than completing a word may take.

    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UnknownEnvironment(f"{url!r} is not a valid URL: {error}") from error
    is_safe = parsed.scheme == "https" or (parsed.scheme == "http" and _is_loopback(parsed.host))
    if not parsed.host or not is_safe:
        raise UnknownEnvironment(f"{url!r} must start with https://, because the key is sent to it")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
