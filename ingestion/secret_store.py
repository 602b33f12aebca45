"""Which secrets are live: as Secrets Manager says, remembered for a minute."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import ClientError
from pydantic import ValidationError

from ingestion.errors import TransientFailure
from ingestion.observability import logger
from ingestion.retry import NO_ANSWER
from ingestion.webhook import Signed, is_signed, secret_bytes
from ingestion.webhook_secrets import live_secrets

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

# A retired secret is good for so long, and Secrets Manager may be away for so long unnoticed.
MAX_AGE_SECONDS = 60
# What does not fit may be signed with a newer secret: there is a call more, one in so long.
MIN_AGE_SECONDS = 5


class _Reading(NamedTuple):
    """What was read when; no secrets where they could not be read, for a reason."""

    at: float
    secrets: list[bytes]
    failure: str = ""

    @property
    def max_age_seconds(self) -> float:
        return MAX_AGE_SECONDS if self.secrets else MIN_AGE_SECONDS


@dataclass(frozen=True)
class SecretStore:
    """Secrets Manager, where each source's secret is called `prefix` and the source's name."""

    client: "SecretsManagerClient"
    prefix: str
    clock: Callable[[], float] = time.monotonic
    _readings: dict[str, _Reading] = field(default_factory=dict)

    def has_signed(self, source: str, signed: Signed, body: bytes) -> bool:
        """Whether a live secret of the source made the signature. Raises TransientFailure."""
        known = self._read(source, MAX_AGE_SECONDS)
        if is_signed(signed, body, known.secrets):
            return True
        newer = self._read(source, MIN_AGE_SECONDS)
        return newer is not known and is_signed(signed, body, newer.secrets)

    def _read(self, source: str, max_age_seconds: float) -> _Reading:
        """What is known, if it is no older. Raises TransientFailure where that is nothing."""
        known = self._readings.get(source)
        if not known or self.clock() - known.at > min(max_age_seconds, known.max_age_seconds):
            known = self._readings[source] = self._fetch(source)
        if known.failure:
            raise TransientFailure(known.failure)
        return known

    def _fetch(self, source: str) -> _Reading:
        """What Secrets Manager holds. A secret that never got a value is as good as none."""
        secrets: list[bytes] = []
        failure = ""
        try:
            answer = self.client.get_secret_value(SecretId=self.prefix + source)
            secrets = [secret_bytes(it.secret) for it in live_secrets(answer)]
        except ClientError as error:
            code = error.response["Error"]["Code"]
            failure = "" if code == "ResourceNotFoundException" else code
        except (ValidationError, *NO_ANSWER) as error:
            failure = type(error).__name__
        if not secrets:
            logger().warning("no_webhook_secret", source=source, reason=failure or "none is live")
        return _Reading(self.clock(), secrets, failure)
