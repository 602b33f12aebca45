"""The live secrets of a source that signs: the form in which Secrets Manager keeps them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from ingestion.auth.standard_webhooks import new_secret, secret_bytes
from ingestion.event import Timestamp, timestamp

MAX_LIVE = 5  # Each costs a hash of the whole body for each request.


def _sound(text: str) -> str:
    secret_bytes(text)
    return text


class WebhookSecret(BaseModel):
    """One secret; a sender may use any that is live."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    secret: Annotated[str, AfterValidator(_sound), Field(repr=False)]
    created_at: Timestamp

    @classmethod
    def new(cls) -> Self:
        """A secret that nobody knows yet."""
        return cls(secret=new_secret(), created_at=timestamp(datetime.now(UTC)))

    @property
    def secret_id(self) -> str:
        """What it is called where it must not be shown."""
        return sha256(self.secret.encode()).hexdigest()[:12]


# Oldest first.
SECRETS = TypeAdapter(Annotated[list[WebhookSecret], Field(max_length=MAX_LIVE)])


def live_secrets(answer: Mapping[str, Any]) -> list[WebhookSecret]:
    """What GetSecretValue answers, oldest first. Raises ValidationError where it is none of ours.

    A secret without a value holds none: the emulator says so by leaving the value out.
    """
    return SECRETS.validate_json(answer.get("SecretString") or answer.get("SecretBinary") or "[]")
