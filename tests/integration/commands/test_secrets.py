"""`ingest secrets` on moto: what is printed, what is stored, what is audited."""

import json
from typing import Any

import boto3
import pytest
from standardwebhooks import Webhook

from ingestion.auth.live_secrets import MAX_LIVE, LiveSecret
from ingestion.cli.checkout import Checkout
from ingestion.handlers import delivery
from tests.integration.cloud import Cloud
from tests.integration.conftest import AUDIT, Ingest, See
from tests.integration.signing import PREFIX, Signing, StoredSecret, planned_signing
from tests.integration.used_grants import RecordingSession
from tests.support.endpoint import Endpoint
from tests.support.factories import lines
from tests.support.invocations import batch, context, record
from tests.support.terraform.planned import Plan

OUR = ("--source", "sourceB")
SUBSCRIBERS = ("--source", "subscriber billing")


@pytest.fixture(scope="module")
def planned() -> Plan:
    return planned_signing()


@pytest.fixture
def signing(cloud: Cloud, run: Ingest, checkout: Checkout) -> Signing:  # noqa: ARG001 - makes the file
    file = checkout.outputs_file("local")
    outputs = json.loads(file.read_text())
    outputs["webhook_secret_names"] = {"sourceB": f"{PREFIX}sourceB"}
    file.write_text(json.dumps(outputs))
    return Signing(cloud)


def audited() -> list[dict[str, str]]:
    events = boto3.client("logs").filter_log_events(logGroupName=AUDIT)["events"]
    return lines("\n".join(event["message"] for event in events))


def listed(run: Ingest) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(run("secrets", "list", *OUR, "-o", "json").stdout)
    return rows


def test_an_added_secret_signs_valid_requests(signing: Signing, run: Ingest) -> None:
    result = run("secrets", "add", *OUR)

    made = result.stdout.strip()
    signing.secret = signing.secret.model_copy(update={"secret": made})
    assert signing.post({"entity_name": "CONTRACT", "body": {}}).status == 422
    assert len(listed(run)) == 2


def test_the_first_secret_is_added_like_any_other(signing: Signing, run: Ingest) -> None:
    signing.manager.delete_secret(SecretId=f"{PREFIX}sourceB", ForceDeleteWithoutRecovery=True)
    signing.manager.create_secret(Name=f"{PREFIX}sourceB")

    result = run("secrets", "add", *OUR)

    assert result.exit_code == 0
    assert len(listed(run)) == 1


def test_list_shows_names_and_ages_and_no_secret(signing: Signing, run: Ingest) -> None:
    result = run("secrets", "list", *OUR)

    assert signing.secret.secret_id in result.stdout
    assert "whsec_" not in result.output
    assert listed(run)[0]["age_days"] == 0


def test_a_retired_secret_is_refused(signing: Signing, run: Ingest) -> None:
    run("secrets", "add", *OUR)

    result = run("secrets", "retire", signing.secret.secret_id, *OUR)

    assert result.exit_code == 0
    assert signing.post({}).status == 401


def test_every_change_is_audited_without_the_secret(signing: Signing, run: Ingest) -> None:
    made = run("secrets", "add", *OUR).stdout.strip()
    run("secrets", "retire", signing.secret.secret_id, *OUR)

    found = audited()

    assert [(line["action"], line["source"]) for line in found] == [
        ("add_secret", "sourceB"),
        ("retire_secret", "sourceB"),
    ]
    assert found[1]["secret_id"] == signing.secret.secret_id
    assert all(line["actor"].startswith("arn:aws:") for line in found)
    assert made not in str(found)
    assert "whsec_" not in str(found)


def test_the_last_secret_is_retired_only_after_confirmation(
    signing: Signing, run: Ingest, see: See
) -> None:
    retire = ("secrets", "retire", signing.secret.secret_id, *OUR)
    unasked = run(*retire)
    refused = see(*retire, typed="n\n")
    kept = listed(run)
    retired = run(*retire, "--yes")

    assert unasked.exit_code == 2
    assert "there is no terminal for the question; add --yes" in unasked.stderr
    assert refused.exit_code == 1
    assert retired.exit_code == 0
    assert len(kept) == 1
    assert len(listed(run)) == 0


@pytest.mark.parametrize("is_first", [False, True], ids=["one more", "first"])
def test_one_of_two_concurrent_changes_is_refused(
    signing: Signing, run: Ingest, session: RecordingSession, is_first: bool
) -> None:
    if is_first:
        signing.manager.delete_secret(SecretId=f"{PREFIX}sourceB", ForceDeleteWithoutRecovery=True)
        signing.manager.create_secret(Name=f"{PREFIX}sourceB")
    others = LiveSecret.new()
    changes = iter([others])

    def change_first(**_: Any) -> None:
        for secret in changes:
            signing.keep(secret)

    with session.hooked("before-call.secrets-manager.PutSecretValue", change_first):
        result = run("secrets", "add", *OUR)

    assert result.exit_code != 0
    advice = "so nothing was changed: run `ingest secrets list --source sourceB`"
    assert advice in str(result.exception)
    assert [secret["id"] for secret in listed(run)] == [others.secret_id]
    assert run("secrets", "add", *OUR).exit_code == 0


@pytest.mark.usefixtures("signing")
def test_the_number_of_live_secrets_is_limited(run: Ingest) -> None:
    results = [run("secrets", "add", *OUR) for _ in range(MAX_LIVE)]

    assert [result.exit_code for result in results] == [0] * (MAX_LIVE - 1) + [1]
    assert len(listed(run)) == MAX_LIVE


@pytest.mark.usefixtures("signing")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["list", "--source", "sourceA"], 2, id="a source with a key"),
        pytest.param(["add", "--source", "nobody"], 2, id="no source"),
        pytest.param(["add", "--source", "subscriber nobody"], 2, id="no subscriber"),
        pytest.param(["add", "--source", "billing"], 2, id="no source, but a subscriber"),
        pytest.param(["retire", "0123456789ab", *OUR], 3, id="no such secret"),
    ],
)
def test_a_wrong_source_or_secret_is_an_error(run: Ingest, arguments: list[str], code: int) -> None:
    result = run("secrets", *arguments)

    assert result.exit_code == code


def test_a_value_in_another_format_is_not_overwritten(signing: Signing, run: Ingest) -> None:
    signing.keep_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    result = run("secrets", "add", *OUR)

    assert "does not hold a list of valid secrets" in str(result.exception)
    kept = signing.manager.get_secret_value(SecretId=f"{PREFIX}sourceB")["SecretString"]
    assert kept == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def deliver(cloud: Cloud, endpoint: Endpoint) -> tuple[bytes, dict[str, str]]:
    """Deliver one change with the secrets of now. Return what the endpoint received."""
    cloud.delivery_runtime.http.clear()
    cloud.rebuild()
    response = delivery.handle(batch(record('{"id": "a-1"}')), context(), cloud.delivery_runtime)
    assert response == {"batchItemFailures": []}
    return endpoint.bodies[-1], endpoint.headers[-1]


def test_every_delivery_is_signed_while_the_secret_is_rotated(
    cloud: Cloud, endpoint: Endpoint, delivery_secret: StoredSecret, run: Ingest
) -> None:
    old = delivery_secret.secret

    new = run("secrets", "add", *SUBSCRIBERS).stdout.strip()
    during = deliver(cloud, endpoint)
    retired = run("secrets", "retire", old.secret_id, *SUBSCRIBERS)
    after = deliver(cloud, endpoint)

    assert retired.exit_code == 0
    for secret in (old.secret, new):
        assert Webhook(secret).verify(*during) == {"id": "a-1"}
    assert Webhook(new).verify(*after) == {"id": "a-1"}
    assert " " not in after[1]["webhook-signature"]
    assert [(line["action"], line["source"]) for line in audited()] == [
        ("add_secret", "subscriber billing"),
        ("retire_secret", "subscriber billing"),
    ]


@pytest.mark.usefixtures("signing")
def test_the_error_for_a_wrong_name_lists_the_right_ones(run: Ingest) -> None:
    result = run("secrets", "list", "--source", "billing")

    assert "there are sourceB, subscriber billing" in " ".join(result.stderr.split())
