"""A replay is recognized while two secrets are live, whichever of them signed it."""

import time

import pytest

from tests.integration.senders.conftest import BODY, PAYLOAD, RULE, SourceB
from tests.integration.senders.signers import SIGNERS

STRIPE = SIGNERS["stripe"]
OLD, NEW = STRIPE.secrets
LATER = BODY.replace(PAYLOAD["name"], "Later")


def stripe_headers(body: str, now: int, *secrets: str) -> dict[str, str]:
    """Return the header that lists the signatures of these secrets."""
    made = [STRIPE.sign(each, body, now)["Stripe-Signature"].split(",")[1] for each in secrets]
    return {"Stripe-Signature": ",".join([f"t={now}", *made])}


def without_time(source: SourceB, *secrets: str) -> None:
    """Give sourceB Stripe's signature, these secrets, and a rule whose events have no own time."""
    rule = {key: value for key, value in RULE.items() if key != "time"}
    source.configure(*secrets, auth="hmac", signature="stripe", map=[rule])


@pytest.mark.parametrize("live", [(OLD, NEW), (NEW,)], ids=["both live", "the old one retired"])
@pytest.mark.parametrize("replayed", [(OLD, NEW), (NEW,)], ids=["unchanged", "one signature"])
def test_a_replay_with_some_of_its_signatures_makes_no_event(
    source: SourceB, live: tuple[str, ...], replayed: tuple[str, ...]
) -> None:
    without_time(source, OLD, NEW)
    now = int(time.time())
    first = source.post(stripe_headers(BODY, now, OLD, NEW))
    second = source.post(stripe_headers(LATER, now, OLD, NEW), LATER)
    without_time(source, *live)

    replay = source.post(stripe_headers(BODY, now, *replayed))

    assert (first.statuses, second.statuses) == (["accepted"], ["accepted"])
    assert (replay.status, replay.document["events"]) == (202, [])
    assert len(source.cloud.queued("sourceB")) == 2


def test_the_same_content_that_two_live_secrets_sign_is_one_request(source: SourceB) -> None:
    slack, now = SIGNERS["slack"], int(time.time())
    source.configure(*slack.secrets, auth="hmac", signature="slack")

    responses = [source.post(slack.sign(secret, BODY, now)) for secret in slack.secrets]

    assert [response.status for response in responses] == [202, 202]
    assert [len(response.document["events"]) for response in responses] == [1, 0]
