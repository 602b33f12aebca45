"""A secret store whose cache can be aged, and whose calls can fail."""

from collections.abc import Iterator
from datetime import timedelta

from aws_lambda_powertools.utilities.parameters.base import ExpirableValue

from ingestion.auth.live_secrets import LiveSecret
from ingestion.auth.secret_cache import SecretStore
from ingestion.auth.signatures import Signed, digest_of, find_signature
from ingestion.auth.standard_webhooks import STANDARD, secret_bytes
from tests.integration.signing import PREFIX, Signing
from tests.support.canned import Canned, intercept
from tests.support.factories import Json

BODY = b"{}"


class Clocked:
    """A secret store that counts its calls, fails as set, and whose cache can be aged."""

    def __init__(self, signing: Signing) -> None:
        self.calls = 0
        self.failures: Iterator[Canned] = iter([])
        self.store = SecretStore(signing.manager, PREFIX)
        intercept(signing.manager, "GetSecretValue", self._note)

    def accepts(self, secret: LiveSecret, seconds_later: float = 0) -> bool:
        self.age(seconds_later)
        signature = digest_of(STANDARD, secret_bytes(secret.secret), Signed("msg_1", "1", []), BODY)
        signed = Signed("msg_1", "1", [signature])
        found = self.store.find(
            "sourceB", lambda live: find_signature(STANDARD, live, signed, BODY)
        )
        return found is not None

    def age(self, seconds: float) -> None:
        """Age every cached value by this many seconds."""
        for key, (value, ttl) in self.store.store.items():
            self.store.store[key] = ExpirableValue(value, ttl - timedelta(seconds=seconds))

    def _note(self, _: Json) -> Canned | None:
        self.calls += 1
        return next(self.failures, None)
