"""Delivery to an endpoint: the real function against a real HTTP server on loopback.

The reference library of Standard Webhooks verifies the signatures.
"""

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from infra.tools.paths import ROOT
from ingestion.auth.live_secrets import LiveSecret
from ingestion.errors import TransientFailure
from ingestion.handlers import delivery
from tests.integration.cloud import Cloud
from tests.integration.signing import StoredSecret
from tests.support.endpoint import Endpoint
from tests.support.factories import CANARY, lines
from tests.support.invocations import batch, context, record

Counts = Callable[[], dict[str, int]]


def taken(endpoint: Endpoint, entity: str = "") -> list[str]:
    """Return the ids of the changes that the endpoint accepted, of all entities or of one."""
    return [change["id"] for change in endpoint.taken if change["id"].startswith(entity)]


def posted(*ids: str) -> list[dict[str, object]]:
    """Make a queued change for each id. The part before the dash is its entity."""
    return [
        record(json.dumps({"id": change_id}), group_id=change_id.partition("-")[0])
        for change_id in ids
    ]


def work(cloud: Cloud, *records: dict[str, object]) -> list[str]:
    """Deliver the records and return the ids that the queue must redeliver."""
    response = delivery.handle(batch(*records), context(), cloud.delivery_runtime)
    bodies = {queued["messageId"]: json.loads(str(queued["body"]))["id"] for queued in records}
    return [bodies[failure["itemIdentifier"]] for failure in response["batchItemFailures"]]


def test_changes_are_posted_as_structured_cloudevents_in_order(
    cloud: Cloud, endpoint: Endpoint, counts: Counts
) -> None:
    assert work(cloud, *posted("a-1", "b-1", "a-2", "a-3")) == []

    assert taken(endpoint, "a") == ["a-1", "a-2", "a-3"]
    assert taken(endpoint, "b") == ["b-1"]
    assert {headers["Content-Type"] for headers in endpoint.headers} == {
        "application/cloudevents+json; charset=utf-8"
    }
    assert counts() == {"ChangeDelivered": 4}


@pytest.mark.parametrize("status", [302, 400, 410, 429, 500, 503])
def test_every_response_but_2xx_is_redelivered_and_blocks_only_its_entity(
    cloud: Cloud, endpoint: Endpoint, counts: Counts, status: int
) -> None:
    endpoint.statuses["a-2"] = status

    left = work(cloud, *posted("a-1", "a-2", "a-3", "b-1"))

    assert left == ["a-2", "a-3"]
    assert sorted(taken(endpoint)) == ["a-1", "b-1"]
    assert len(endpoint.headers) == 3  # No redirect was followed, and nothing was sent twice.
    assert counts() == {"ChangeDelivered": 2, "DeliveryRetried": 2}


@pytest.mark.usefixtures("delivery_secret")
def test_an_unreachable_endpoint_gets_everything_again(cloud: Cloud) -> None:
    assert work(cloud, *posted("a-1", "b-1")) == ["a-1", "b-1"]


def test_after_the_deadline_nothing_more_is_posted(cloud: Cloud, endpoint: Endpoint) -> None:
    cloud.delivery_runtime = replace(cloud.delivery_runtime, deliver_seconds=-1)

    assert work(cloud, *posted("a-1")) == ["a-1"]
    assert endpoint.headers == []


def test_a_long_response_does_not_fail_the_delivery(cloud: Cloud, endpoint: Endpoint) -> None:
    endpoint.answered = b"x" * 100_000

    assert work(cloud, *posted("a-1", "a-2")) == []


def test_a_response_that_never_ends_counts_by_its_status(cloud: Cloud, endpoint: Endpoint) -> None:
    endpoint.is_endless = True

    assert work(cloud, *posted("a-1", "b-1")) == []


def verified(endpoint: Endpoint, secret: LiveSecret) -> list[str]:
    """Verify each post with the reference library. Return the ids of the changes."""
    webhook = Webhook(secret.secret)
    posts = zip(endpoint.bodies, endpoint.headers, strict=True)
    return [webhook.verify(body, headers)["id"] for body, headers in posts]


def sent(endpoint: Endpoint, name: str) -> list[str]:
    """Return the values of a header, one per post."""
    return [headers[name] for headers in endpoint.headers]


def test_each_change_is_signed_with_the_secret_of_the_subscriber(
    cloud: Cloud, endpoint: Endpoint, delivery_secret: StoredSecret
) -> None:
    work(cloud, *posted("a-1", "a-2", "b-1"))

    assert sorted(verified(endpoint, delivery_secret.secret)) == ["a-1", "a-2", "b-1"]
    assert sorted(sent(endpoint, "webhook-id")) == ["a-1", "a-2", "b-1"]
    with pytest.raises(WebhookVerificationError):
        verified(endpoint, LiveSecret.new())


def test_a_signature_covers_every_byte_of_the_body(
    cloud: Cloud, endpoint: Endpoint, delivery_secret: StoredSecret
) -> None:
    work(cloud, record('{"id": "a-1", "data": "Zürich ✓"}'))

    verified(endpoint, delivery_secret.secret)
    endpoint.bodies[0] += b" "
    with pytest.raises(WebhookVerificationError):
        verified(endpoint, delivery_secret.secret)


def test_during_a_rotation_both_secrets_sign(
    cloud: Cloud, endpoint: Endpoint, delivery_secret: StoredSecret
) -> None:
    new = LiveSecret.new()
    delivery_secret.keep(delivery_secret.secret, new)

    work(cloud, *posted("a-1"))

    assert [verified(endpoint, secret) for secret in (delivery_secret.secret, new)] == [["a-1"]] * 2
    assert len(sent(endpoint, "webhook-signature")[0].split(" ")) == 2


def test_a_retry_has_the_same_id_and_the_time_of_its_attempt(
    cloud: Cloud, endpoint: Endpoint, delivery_secret: StoredSecret
) -> None:
    endpoint.statuses["a-1"] = 503
    started_at = int(time.time())

    assert work(cloud, *posted("a-1")) == ["a-1"]
    retried_at = int(time.time())
    del endpoint.statuses["a-1"]
    assert work(cloud, *posted("a-1")) == []

    assert verified(endpoint, delivery_secret.secret) == ["a-1", "a-1"]
    assert sent(endpoint, "webhook-id") == ["a-1", "a-1"]
    first, second = map(int, sent(endpoint, "webhook-timestamp"))
    assert started_at <= first <= retried_at <= second <= time.time()


@pytest.mark.parametrize(
    ("text", "reason"),
    [("[]", "none is live"), ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "ValidationError")],
)
def test_without_a_valid_secret_nothing_is_posted_and_the_queue_keeps_the_batch(
    cloud: Cloud,
    endpoint: Endpoint,
    delivery_secret: StoredSecret,
    capsys: pytest.CaptureFixture[str],
    text: str,
    reason: str,
) -> None:
    delivery_secret.keep_text(text)

    with pytest.raises(TransientFailure):
        work(cloud, *posted("a-1"))

    assert endpoint.headers == []
    printed = capsys.readouterr().out
    [line] = [line for line in lines(printed) if line.get("message") == "no_live_secret"]
    assert (line["source"], line["reason"]) == ("billing", reason)
    assert "whsec_" not in printed


def test_the_documented_function_verifies_a_delivery(
    cloud: Cloud, endpoint: Endpoint, delivery_secret: StoredSecret
) -> None:
    page = (ROOT / "docs" / "changes.md").read_text()
    [example] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    work(cloud, *posted("a-1"))
    [headers], [body] = endpoint.headers, endpoint.bodies

    verify = names["verify_change"]

    assert verify(delivery_secret.secret.secret, headers, body) == {"id": "a-1"}
    assert verify(LiveSecret.new().secret, headers, body) is None


def test_no_log_line_holds_a_change_a_secret_or_a_signature(
    cloud: Cloud,
    endpoint: Endpoint,
    delivery_secret: StoredSecret,
    capsys: pytest.CaptureFixture[str],
) -> None:
    endpoint.statuses["a-1"] = 500

    work(cloud, record(json.dumps({"id": "a-1", "data": CANARY})))

    [signature] = sent(endpoint, "webhook-signature")
    printed = "".join(capsys.readouterr())
    assert "record_failed" in printed
    for hidden in (CANARY, delivery_secret.secret.secret, signature):
        assert hidden.removeprefix("whsec_").removeprefix("v1,") not in printed
