"""What the secret cache keeps and how often it calls Secrets Manager as the cache ages."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import repeat

import pytest
from aws_lambda_powertools.utilities.parameters.base import ExpirableValue

from ingestion.auth.secret_cache import MAX_AGE_SECONDS, MIN_AGE_SECONDS, SecretStore
from ingestion.auth.standard_webhooks import Signed, secret_bytes, sign
from ingestion.auth.webhook_secrets import WebhookSecret
from ingestion.errors import TransientFailure
from tests.integration.cloud import Cloud
from tests.integration.signing import PREFIX, Signing, planned_signing
from tests.support.factories import Canned, Json, aws_error, canned, intercept
from tests.support.planned import Plan

BODY = b"{}"


@pytest.fixture(scope="module")
def planned() -> Plan:
    return planned_signing()


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


@pytest.fixture
def signing(cloud: Cloud) -> Signing:
    return Signing(cloud)


@pytest.fixture
def clocked(signing: Signing) -> Clocked:
    return Clocked(signing)


def test_the_requests_of_one_minute_cost_one_call(signing: Signing, clocked: Clocked) -> None:
    accepted = [clocked.accepts(signing.secret, seconds_later=15) for _ in range(4)]

    assert accepted == [True] * 4
    assert clocked.calls == 1


def test_after_a_minute_secrets_are_read_again(signing: Signing, clocked: Clocked) -> None:
    clocked.accepts(signing.secret)

    clocked.accepts(signing.secret, MAX_AGE_SECONDS + 1)

    assert clocked.calls == 2


def test_a_new_secret_is_accepted_within_seconds(signing: Signing, clocked: Clocked) -> None:
    clocked.accepts(signing.secret)
    new = WebhookSecret.new()
    signing.keep(signing.secret, new)

    accepted = clocked.accepts(new, MIN_AGE_SECONDS + 1)

    assert accepted
    assert clocked.accepts(signing.secret)


def test_a_retired_secret_is_accepted_for_at_most_a_minute(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.accepts(signing.secret)
    signing.keep(WebhookSecret.new())

    accepted = clocked.accepts(signing.secret, MAX_AGE_SECONDS + 1)

    assert not accepted


def test_wrong_signatures_cause_at_most_one_call_in_five_seconds(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.accepts(signing.secret)
    wrong = WebhookSecret.new()

    accepted = [clocked.accepts(wrong, seconds_later=0.1) for _ in range(70)]

    assert accepted == [False] * 70
    assert clocked.calls == 1 + 1


@pytest.mark.parametrize("text", ["[]", "no secret"])
def test_a_source_without_a_valid_secret_causes_at_most_one_call_in_five_seconds(
    signing: Signing, clocked: Clocked, text: str
) -> None:
    signing.keep_text(text)

    for _ in range(20):
        try:
            assert not clocked.accepts(signing.secret, seconds_later=0.1)
        except TransientFailure:
            assert text == "no secret"

    assert clocked.calls == 1


def test_after_a_failure_the_secret_is_read_again_within_seconds(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.failures = iter([aws_error("InternalServiceError", 500)])
    with pytest.raises(TransientFailure):
        clocked.accepts(signing.secret)

    accepted = clocked.accepts(signing.secret, MIN_AGE_SECONDS + 1)

    assert accepted


def test_an_unknown_signature_is_a_transient_failure_while_secrets_cannot_be_read(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.accepts(signing.secret)
    clocked.failures = iter([aws_error("InternalServiceError", 500)])

    with pytest.raises(TransientFailure):
        clocked.accepts(WebhookSecret.new(), MIN_AGE_SECONDS + 1)


def test_a_forged_request_does_not_remove_cached_secrets_while_none_can_be_read(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.accepts(signing.secret)
    clocked.failures = repeat(aws_error("InternalServiceError", 500))
    with pytest.raises(TransientFailure):
        clocked.accepts(WebhookSecret.new(), MIN_AGE_SECONDS + 1)

    accepted = clocked.accepts(signing.secret)

    assert accepted
    assert clocked.calls == 1 + 1


def test_a_forged_request_does_not_extend_the_age_of_cached_secrets(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.accepts(signing.secret)
    clocked.failures = repeat(aws_error("InternalServiceError", 500))
    with pytest.raises(TransientFailure):
        clocked.accepts(WebhookSecret.new(), MAX_AGE_SECONDS - 1)

    with pytest.raises(TransientFailure):
        clocked.accepts(signing.secret, 2)


def test_while_secrets_cannot_be_read_forged_requests_cause_one_call_in_five_seconds(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.accepts(signing.secret)
    clocked.failures = repeat(aws_error("InternalServiceError", 500))
    clocked.age(MIN_AGE_SECONDS + 1)

    for _ in range(20):
        with pytest.raises(TransientFailure):
            clocked.accepts(WebhookSecret.new(), seconds_later=0.1)

    assert clocked.calls == 1 + 1


def test_a_response_without_a_secret_value_accepts_nothing(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.failures = iter([canned({"Name": "sourceB"})])

    accepted = clocked.accepts(signing.secret)

    assert not accepted


def test_a_secret_without_a_value_accepts_nothing(signing: Signing, clocked: Clocked) -> None:
    signing.manager.delete_secret(SecretId=f"{PREFIX}sourceB", ForceDeleteWithoutRecovery=True)
    signing.manager.create_secret(Name=f"{PREFIX}sourceB")

    accepted = clocked.accepts(signing.secret)

    assert not accepted


def signs_with(clocked: Clocked, seconds_later: float = 0) -> list[bytes]:
    """Return the secrets that sign a delivery after so many seconds."""
    clocked.age(seconds_later)
    return clocked.store.signing_secrets("sourceB")


def test_the_deliveries_of_one_minute_cost_one_call(signing: Signing, clocked: Clocked) -> None:
    used = [signs_with(clocked, seconds_later=15) for _ in range(4)]

    assert used == [[secret_bytes(signing.secret.secret)]] * 4
    assert clocked.calls == 1


def test_deliveries_use_the_live_secrets_after_at_most_a_minute(
    signing: Signing, clocked: Clocked
) -> None:
    signs_with(clocked)
    new = WebhookSecret.new()
    signing.keep(new)

    used = signs_with(clocked, MAX_AGE_SECONDS + 1)

    assert used == [secret_bytes(new.secret)]


def test_deliveries_without_a_secret_use_the_first_within_seconds(
    signing: Signing, clocked: Clocked
) -> None:
    signing.keep()
    with pytest.raises(TransientFailure, match="no_webhook_secret"):
        signs_with(clocked)
    signing.keep(signing.secret)

    used = signs_with(clocked, MIN_AGE_SECONDS + 1)

    assert used == [secret_bytes(signing.secret.secret)]


def test_known_secrets_sign_for_a_minute_while_none_can_be_read(
    signing: Signing, clocked: Clocked
) -> None:
    signs_with(clocked)
    clocked.failures = repeat(aws_error("InternalServiceError", 500))

    used = signs_with(clocked, MAX_AGE_SECONDS - 1)

    assert used == [secret_bytes(signing.secret.secret)]
    with pytest.raises(TransientFailure, match="InternalServiceError"):
        signs_with(clocked, 2)
