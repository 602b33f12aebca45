"""`ingest source check` says whether a source has a credential, and never shows one."""

import json

import boto3
import pytest

from entities.times import fixed_width
from ingestion.auth.live_secrets import LiveSecret
from ingestion.cli.checkout import Checkout
from tests.integration.conftest import Ingest
from tests.integration.signing import PREFIX, PRINCIPAL, StoredSecret
from tests.integration.status.source_check.conftest import Check, Deploy, finding, problems

pytestmark = pytest.mark.usefixtures("mapped")


@pytest.fixture
def secret(deploy: Deploy, checkout: Checkout) -> StoredSecret:
    """Deploy sourceB with a secret."""
    file = checkout.outputs_file("local")
    outputs = json.loads(file.read_text())
    outputs["webhook_secret_names"] = {"sourceB": f"{PREFIX}sourceB"}
    file.write_text(json.dumps(outputs))
    deploy(sourceB={"auth": "hmac"})
    return StoredSecret(f"{PREFIX}sourceB")


def test_live_secrets_are_counted_and_not_shown(
    check: Check, run: Ingest, secret: StoredSecret
) -> None:
    newer = secret.secret.model_copy(
        update={"secret": "whsec_bmV3ZXI=", "created_at": "2099-01-31T12:00:00.000000Z"}
    )
    secret.keep(secret.secret, newer)

    shown = check()
    text = run("source", "check", "sourceB").stdout

    assert shown["credential"] == {
        "auth": "hmac",
        "live": 2,
        "newest_added_at": "2099-01-31T12:00:00.000000Z",
    }
    assert "hmac: 2 secrets are valid, the newest since 2099-01-31T12:00:00Z." in text
    for stored in (secret.secret, newer):
        assert stored.secret not in text + json.dumps(shown)


def test_a_source_without_a_secret_gets_the_command_that_adds_one(
    check: Check, secret: StoredSecret
) -> None:
    secret.keep()

    shown = check()

    assert shown["credential"]["live"] == 0
    assert finding(shown, "no_secret")["command"] == "ingest secrets add --source sourceB"
    assert "every request gets 401" in finding(shown, "no_secret")["text"]


def test_a_secret_that_is_not_valid_is_a_finding(check: Check, secret: StoredSecret) -> None:
    secret.keep_text('["canary-of-a-secret"]')

    shown = check()

    found = finding(shown, "invalid_secret")
    assert found["text"] == f"{PREFIX}sourceB does not hold a list of valid secrets."
    assert "canary-of-a-secret" not in json.dumps(shown)


def test_an_api_key_is_known_by_its_date_and_not_shown(check: Check, deploy: Deploy) -> None:
    value = "canary-of-a-key-" + "k" * 20
    key = boto3.client("apigateway").create_api_key(name="b", value=value, enabled=True)
    deploy({"sourceB": key["id"]})

    shown = check()

    assert shown["credential"]["live"] == 1
    assert shown["credential"]["newest_added_at"][:4] == f"{key['createdDate']:%Y}"
    assert value not in json.dumps(shown)


@pytest.mark.parametrize("is_deleted", [True, False])
def test_a_deleted_or_disabled_api_key_is_restored_by_a_deployment(
    check: Check, deploy: Deploy, is_deleted: bool
) -> None:
    gateway = boto3.client("apigateway")
    key = gateway.create_api_key(name="b", value="k" * 30, enabled=False)
    deploy({"sourceB": key["id"]})
    if is_deleted:
        gateway.delete_api_key(apiKey=key["id"])

    shown = check()

    assert ("credential", "no_api_key") in problems(shown)
    assert finding(shown, "no_api_key")["command"] == "make up REPAIR=1"


def test_an_iam_source_lists_who_may_post(check: Check, deploy: Deploy) -> None:
    deploy(sourceB={"auth": "iam", "principals": [PRINCIPAL]})

    shown = check()

    assert shown["credential"]["principals"] == [PRINCIPAL]
    assert not [each for each in problems(shown) if each[0] == "credential"]


def test_a_secret_has_a_time_of_fixed_width() -> None:
    created_at = LiveSecret.new().created_at

    assert fixed_width(created_at) == created_at
