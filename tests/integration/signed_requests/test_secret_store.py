"""What the secret cache keeps and how often it calls Secrets Manager as the cache ages."""

from itertools import repeat

import pytest

from ingestion.auth.live_secrets import LiveSecret
from ingestion.auth.secret_cache import MAX_AGE_SECONDS, MIN_AGE_SECONDS
from ingestion.auth.standard_webhooks import secret_bytes
from ingestion.errors import TransientFailure
from tests.integration.signed_requests.clocked import Clocked
from tests.integration.signing import PREFIX, Signing
from tests.support.canned import aws_error, canned


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
    new = LiveSecret.new()
    signing.keep(signing.secret, new)

    accepted = clocked.accepts(new, MIN_AGE_SECONDS + 1)

    assert accepted
    assert clocked.accepts(signing.secret)


def test_a_retired_secret_is_accepted_for_at_most_a_minute(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.accepts(signing.secret)
    signing.keep(LiveSecret.new())

    accepted = clocked.accepts(signing.secret, MAX_AGE_SECONDS + 1)

    assert not accepted


def test_wrong_signatures_cause_at_most_one_call_in_five_seconds(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.accepts(signing.secret)
    wrong = LiveSecret.new()

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


def test_a_wrong_signature_costs_one_hash_a_secret(signing: Signing, clocked: Clocked) -> None:
    old, new = signing.secret, LiveSecret.new()
    tried: list[bytes] = []

    def try_all() -> list[bytes]:
        tried.clear()
        clocked.store.find("sourceB", tried.extend)
        return [*tried]

    first = try_all()
    again = try_all()
    signing.keep(old, new)
    clocked.age(MIN_AGE_SECONDS + 1)
    after_a_change = try_all()

    assert first == again == [secret_bytes(old.secret)]
    assert after_a_change == [secret_bytes(old.secret), secret_bytes(new.secret)]


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
        clocked.accepts(LiveSecret.new(), MIN_AGE_SECONDS + 1)


def test_a_forged_request_does_not_remove_cached_secrets_while_none_can_be_read(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.accepts(signing.secret)
    clocked.failures = repeat(aws_error("InternalServiceError", 500))
    with pytest.raises(TransientFailure):
        clocked.accepts(LiveSecret.new(), MIN_AGE_SECONDS + 1)

    accepted = clocked.accepts(signing.secret)

    assert accepted
    assert clocked.calls == 1 + 1


def test_a_forged_request_does_not_extend_the_age_of_cached_secrets(
    signing: Signing, clocked: Clocked
) -> None:
    clocked.accepts(signing.secret)
    clocked.failures = repeat(aws_error("InternalServiceError", 500))
    with pytest.raises(TransientFailure):
        clocked.accepts(LiveSecret.new(), MAX_AGE_SECONDS - 1)

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
            clocked.accepts(LiveSecret.new(), seconds_later=0.1)

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
