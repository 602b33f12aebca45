"""A secret store whose cache can be aged, and whose calls can fail."""

from collections.abc import Iterator
from datetime import timedelta

from aws_lambda_powertools.utilities.parameters.base import ExpirableValue

from ingestion.auth.secret_cache import SecretStore
from ingestion.auth.standard_webhooks import Signed, secret_bytes, sign
from ingestion.auth.webhook_secrets import WebhookSecret
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

    def accepts(self, secret: WebhookSecret, seconds_later: float = 0) -> bool:
        self.age(seconds_later)
        signature = sign(secret_bytes(secret.secret), "msg_1", 1, BODY)
        return self.store.has_signed("sourceB", Signed("msg_1", 1, [signature]), BODY)

    def age(self, seconds: float) -> None:
        """Age every cached value by this many seconds."""
        for key, (value, ttl) in self.store.store.items():
            self.store.store[key] = ExpirableValue(value, ttl - timedelta(seconds=seconds))

    def _note(self, _: Json) -> Canned | None:
        self.calls += 1
        return next(self.failures, None)
