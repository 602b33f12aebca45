"""Which secrets are live: as Secrets Manager says, remembered for a minute."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError
from pydantic import ValidationError

from ingestion.auth.standard_webhooks import Signed, is_signed, secret_bytes
from ingestion.auth.webhook_secrets import live_secrets
from ingestion.aws.retry import NO_ANSWER
from ingestion.errors import TransientFailure

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

# A retired secret is good for so long, and Secrets Manager may be away for so long unnoticed.
MAX_AGE_SECONDS = 60
# What does not fit may be signed with a newer secret: there is a call more, one in so long.
MIN_AGE_SECONDS = 5


class _Reading(NamedTuple):
    """What was read when."""

    at: float
    secrets: list[bytes]

    @property
    def max_age_seconds(self) -> float:
        return MAX_AGE_SECONDS if self.secrets else MIN_AGE_SECONDS


class _Failure(NamedTuple):
    """When Secrets Manager could not be read, and why."""

    at: float
    reason: str


@dataclass(frozen=True)
class SecretStore:
    """Secrets Manager, where each source's secret is called `prefix` and the source's name."""

    client: "SecretsManagerClient"
    prefix: str
    clock: Callable[[], float] = time.monotonic
    _readings: dict[str, _Reading] = field(default_factory=dict)
    _failures: dict[str, _Failure] = field(default_factory=dict)

    def has_signed(self, source: str, signed: Signed, body: bytes) -> bool:
        """Whether a live secret of the source made the signature. Raises TransientFailure."""
        known = self._read(source, MAX_AGE_SECONDS)
        if is_signed(signed, body, known.secrets):
            return True
        newer = self._read(source, MIN_AGE_SECONDS)
        return newer is not known and is_signed(signed, body, newer.secrets)

    def _read(self, source: str, max_age_seconds: float) -> _Reading:
        """What is known, if it is no older. Raises TransientFailure where that is nothing.

        What is known outlives a failure: others may still be judged by it.
        """
        known = self._readings.get(source)
        if known and self.clock() - known.at <= min(max_age_seconds, known.max_age_seconds):
            return known
        failure = self._failures.get(source)
        if failure and self.clock() - failure.at <= MIN_AGE_SECONDS:
            raise TransientFailure(failure.reason)
        try:
            secrets = self._fetch(source)
        except TransientFailure as error:
            Logger().warning("no_webhook_secret", source=source, reason=str(error))
            self._failures[source] = _Failure(self.clock(), str(error))
            raise
        if not secrets:
            Logger().warning("no_webhook_secret", source=source, reason="none is live")
        known = self._readings[source] = _Reading(self.clock(), secrets)
        return known

    def _fetch(self, source: str) -> list[bytes]:
        """What Secrets Manager holds. A secret that never got a value is as good as none."""
        try:
            answer = self.client.get_secret_value(
                SecretId=self.prefix + source, VersionStage="AWSCURRENT"
            )
            return [secret_bytes(it.secret) for it in live_secrets(answer)]
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ResourceNotFoundException":
                return []
            raise TransientFailure(code) from error
        except (ValidationError, *NO_ANSWER) as error:
            raise TransientFailure(type(error).__name__) from error
