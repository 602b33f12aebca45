"""Names that may be of a credential, and similar ones that are not."""

import pytest

from ingestion.mapping.credential_names import may_be_credential


@pytest.mark.parametrize(
    "name",
    [
        *("authorization", "Proxy-Authorization", "x-auth", "cookie", "set-cookie", "x-api-key"),
        *("apikey", "x-gitlab-token", "access_token", "x-hub-signature-256", "x-sig", "jwt"),
        *("x-pat", "pat", "x_pass", "password", "x-passphrase", "pwd", "x-shopify-api-pwd"),
        *("x-bearer", "bearerValue", "session_id", "x-otp", "pin", "client_secret", "x-hmac"),
    ],
)
def test_a_name_that_may_be_of_a_credential_is_recognized(name: str) -> None:
    assert may_be_credential(name)


@pytest.mark.parametrize(
    "name",
    [
        *("x-github-event", "x-path", "pattern", "compass", "shipping", "page", "date", "x-kind"),
        *("X-Event-Key", "Idempotency-Key", "ce-partitionkey", "x-shopify-topic", "compatible"),
    ],
)
def test_another_name_is_not(name: str) -> None:
    assert not may_be_credential(name)
