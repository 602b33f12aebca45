"""The live secrets of a source or a subscriber, in the form that Secrets Manager stores."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_hex
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from ingestion.auth.standard_webhooks import new_secret
from ingestion.syntax.times import Timestamp, timestamp

MAX_LIVE = 5  # Each request needs a hash of its whole body per secret.
_MAX_CHARACTERS = 1024
_ID_BYTES = 6


def _one_line(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("must be one line of text, without blanks at its ends")
    return text


class LiveSecret(BaseModel):
    """One secret. A source may sign with any live secret; a delivery is signed with all."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    secret: Annotated[
        str, AfterValidator(_one_line), Field(min_length=1, max_length=_MAX_CHARACTERS, repr=False)
    ]
    created_at: Timestamp
    # Random, because a hash would let its readers guess a password. Names the secret in output.
    id: Annotated[str, Field(pattern="^[0-9a-f]{12}$")] | None = None

    @classmethod
    def new(cls, text: str | None = None) -> Self:
        """Return a secret that is made now (default: a random one of Standard Webhooks)."""
        secret = new_secret() if text is None else text
        created_at = timestamp(datetime.now(UTC))
        return cls(secret=secret, created_at=created_at, id=token_hex(_ID_BYTES))

    @property
    def secret_id(self) -> str:
        """Return the name of the secret for output that must not show it."""
        # Earlier versions stored no id, and only secrets that they made at random.
        return self.id or sha256(self.secret.encode()).hexdigest()[: 2 * _ID_BYTES]


# Oldest first.
SECRETS = TypeAdapter(Annotated[list[LiveSecret], Field(max_length=MAX_LIVE)])


def live_secrets(response: Mapping[str, Any]) -> list[LiveSecret]:
    """Return the secrets in a response of GetSecretValue, oldest first. Raises ValidationError.

    A secret without a value holds none. The emulator then leaves the value out.
    """
    return SECRETS.validate_json(
        response.get("SecretString") or response.get("SecretBinary") or "[]"
    )
