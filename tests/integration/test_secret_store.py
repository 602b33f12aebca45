"""What the function remembers of secrets and how often it asks, as its cache grows older."""

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
    """A store whose cache is aged by hand, the calls that it made, and what fails of them."""

    def __init__(self, signing: Signing) -> None:
        self.calls = 0
        self.failures: Iterator[Canned] = iter([])
        self.store = SecretStore(signing.manager, PREFIX)
        intercept(signing.manager, "GetSecretValue", self._note)

    def takes(self, secret: WebhookSecret, seconds_later: float = 0) -> bool:
        self.age(seconds_later)
        signature = sign(secret_bytes(secret.secret), "msg_1", 1, BODY)
        return self.store.has_signed("sourceB", Signed("msg_1", 1, [signature]), BODY)

    def age(self, seconds: float) -> None:
        """Make all that is cached so much older."""
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


def test_a_minutes_requests_cost_one_call(signing: Signing, clocked: Clocked) -> None:
    taken = [clocked.takes(signing.secret, seconds_later=15) for _ in range(4)]

    assert taken == [True] * 4
    assert clocked.calls == 1


def test_after_a_minute_secrets_are_read_again(signing: Signing, clocked: Clocked) -> None:
    clocked.takes(signing.secret)

    clocked.takes(signing.secret, MAX_AGE_SECONDS + 1)

    assert clocked.calls == 2


def test_a_new_secret_is_good_within_seconds(signing: Signing, clocked: Clocked) -> None:
    clocked.takes(signing.secret)
    new = WebhookSecret.new()
    signing.keep(signing.secret, new)

    taken = clocked.takes(new, MIN_AGE_SECONDS + 1)

    assert taken
    assert clocked.takes(signing.secret)


def test_a_retired_secret_is_good_for_no_more_than_a_minute(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.takes(signing.secret)
    signing.keep(WebhookSecret.new())

    taken = clocked.takes(signing.secret, MAX_AGE_SECONDS + 1)

    assert not taken


def test_whoever_signs_wrongly_causes_a_call_in_five_seconds_at_most(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.takes(signing.secret)
    wrong = WebhookSecret.new()

    taken = [clocked.takes(wrong, seconds_later=0.1) for _ in range(70)]

    assert taken == [False] * 70
    assert clocked.calls == 1 + 1


@pytest.mark.parametrize("text", ["[]", "no secret"])
def test_nor_does_a_source_without_a_sound_secret(
    signing: Signing, clocked: Clocked, text: str
) -> None:
    signing.keep_text(text)

    for _ in range(20):
        try:
            assert not clocked.takes(signing.secret, seconds_later=0.1)
        except TransientFailure:
            assert text == "no secret"

    assert clocked.calls == 1


def test_what_was_away_is_asked_again_after_seconds(signing: Signing, clocked: Clocked) -> None:
    clocked.failures = iter([aws_error("InternalServiceError", 500)])
    with pytest.raises(TransientFailure):
        clocked.takes(signing.secret)

    taken = clocked.takes(signing.secret, MIN_AGE_SECONDS + 1)

    assert taken


def test_what_may_be_signed_with_a_newer_secret_is_not_judged_while_none_can_be_read(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.takes(signing.secret)
    clocked.failures = iter([aws_error("InternalServiceError", 500)])

    with pytest.raises(TransientFailure):
        clocked.takes(WebhookSecret.new(), MIN_AGE_SECONDS + 1)


def test_a_forged_request_takes_no_secret_from_others_while_none_can_be_read(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.takes(signing.secret)
    clocked.failures = repeat(aws_error("InternalServiceError", 500))
    with pytest.raises(TransientFailure):
        clocked.takes(WebhookSecret.new(), MIN_AGE_SECONDS + 1)

    taken = clocked.takes(signing.secret)

    assert taken
    assert clocked.calls == 1 + 1


def test_nor_does_it_make_old_secrets_young(signing: Signing, clocked: Clocked) -> None:
    clocked.takes(signing.secret)
    clocked.failures = repeat(aws_error("InternalServiceError", 500))
    with pytest.raises(TransientFailure):
        clocked.takes(WebhookSecret.new(), MAX_AGE_SECONDS - 1)

    with pytest.raises(TransientFailure):
        clocked.takes(signing.secret, 2)


def test_forged_requests_cause_a_call_in_five_seconds_at_most_while_none_can_be_read(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.takes(signing.secret)
    clocked.failures = repeat(aws_error("InternalServiceError", 500))
    clocked.age(MIN_AGE_SECONDS + 1)

    for _ in range(20):
        with pytest.raises(TransientFailure):
            clocked.takes(WebhookSecret.new(), seconds_later=0.1)

    assert clocked.calls == 1 + 1


def test_a_secret_that_is_answered_without_a_value_is_none(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.failures = iter([canned({"Name": "sourceB"})])

    taken = clocked.takes(signing.secret)

    assert not taken


def test_a_secret_that_never_got_a_value_is_none(signing: Signing, clocked: Clocked) -> None:
    signing.manager.delete_secret(SecretId=f"{PREFIX}sourceB", ForceDeleteWithoutRecovery=True)
    signing.manager.create_secret(Name=f"{PREFIX}sourceB")

    taken = clocked.takes(signing.secret)

    assert not taken
