"""The live secrets of sources and subscribers, from Secrets Manager, cached by Powertools.

Powertools does not cache failures and does not limit forced fetches. This class therefore
caches failures as values, and caches good secrets a second time for longer. So a sender cannot
cause one call per request.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.parameters import SecretsProvider

from ingestion.auth.live_secrets import live_secrets
from ingestion.auth.standard_webhooks import secret_bytes
from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.errors import TransientFailure

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

# A retired secret stays valid for this time. So do known secrets in an outage.
MAX_AGE_SECONDS = 60
# A signature that does not match may use a newer secret: at most one more call in this time.
MIN_AGE_SECONDS = 5


Found = TypeVar("Found")


def standard_bytes(_: str, text: str) -> bytes:
    """Return the bytes of a secret of Standard Webhooks. Raises ValueError."""
    return secret_bytes(text)


class SecretStore(SecretsProvider):
    """Reads secrets from Secrets Manager, which are named `prefix` + source or subscriber.

    `bytes_of` returns the bytes of a secret from the name of its owner and its text.
    """

    def __init__(
        self,
        client: "SecretsManagerClient",
        prefix: str,
        bytes_of: Callable[[str, str], bytes] = standard_bytes,
    ) -> None:
        super().__init__(boto3_client=client)
        self.prefix = prefix
        self.bytes_of = bytes_of

    def find(self, source: str, match: Callable[[list[bytes]], Found | None]) -> Found | None:
        """Return what `match` finds among the live secrets of a source.

        Tries the cached secrets first, then reads the newest ones, and tries those that were not
        cached. So a wrong signature costs one hash a secret. Raises TransientFailure.
        """
        known = self._known(source)
        if found := match(known):
            return found
        return match([secret for secret in self._newest(source) if secret not in known])

    def signing_secrets(self, subscriber: str) -> list[bytes]:
        """Return the live secrets of the subscriber. Raises TransientFailure if there is none."""
        secrets = self._known(subscriber) or self._newest(subscriber)
        if not secrets:
            raise TransientFailure("no_live_secret")
        return secrets

    def _known(self, name: str) -> list[bytes]:
        key = ("known", name)
        known: list[bytes] = (
            self.fetch_from_cache(key) if self.has_not_expired_in_cache(key) else []
        )
        return known

    def _newest(self, name: str) -> list[bytes]:
        found: Any = self.get(name, max_age=MIN_AGE_SECONDS)
        if isinstance(found, str):
            raise TransientFailure(found)
        newest: list[bytes] = found
        self.add_to_cache(("known", name), newest, MAX_AGE_SECONDS)
        return newest

    def _get(self, name: str, **_: Any) -> Any:
        """Return the live secrets, or the reason why they cannot be read."""
        try:
            response = self.client.get_secret_value(
                SecretId=self.prefix + name, VersionStage="AWSCURRENT"
            )
            found: Any = [self.bytes_of(name, live.secret) for live in live_secrets(response)]
        except (ValueError, *FAILED_CALL) as error:
            code = "ValidationError" if isinstance(error, ValueError) else failure_code(error)
            # A secret that never got a value holds none.
            found = [] if code == "ResourceNotFoundException" else code
        if not found or isinstance(found, str):
            Logger().warning("no_live_secret", source=name, reason=found or "none is live")
        return found
