"""The cached secrets that sign deliveries, and how often Secrets Manager is called for them."""

from itertools import repeat

import pytest

from ingestion.auth.live_secrets import LiveSecret
from ingestion.auth.secret_cache import MAX_AGE_SECONDS, MIN_AGE_SECONDS
from ingestion.auth.standard_webhooks import secret_bytes
from ingestion.errors import TransientFailure
from tests.integration.signed_requests.clocked import Clocked
from tests.integration.signing import Signing
from tests.support.canned import aws_error


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
    new = LiveSecret.new()
    signing.keep(new)

    used = signs_with(clocked, MAX_AGE_SECONDS + 1)

    assert used == [secret_bytes(new.secret)]


def test_deliveries_without_a_secret_use_the_first_within_seconds(
    signing: Signing, clocked: Clocked
) -> None:
    signing.keep()
    with pytest.raises(TransientFailure, match="no_live_secret"):
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
