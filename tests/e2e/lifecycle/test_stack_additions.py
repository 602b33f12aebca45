"""A new source and entity need one entry and one file, whatever their credentials."""

import json
import time
from base64 import b64encode

import pytest

from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout
from tests.e2e.lifecycle.additions import pump
from tests.e2e.lifecycle.leaks import files, leaks, logs, terraform_state
from tests.e2e.lifecycle.signed_posts import add_secret, post_signed, signed, signed_by
from tests.e2e.platform import EQUIPMENT, JSON, in_index, post
from tests.support.browser.waiting import wait_for

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def secret(checkout: Checkout, grown: tuple[Deployment, str]) -> str:  # noqa: ARG001 - adds sourceH
    """Return a live secret of sourceH."""
    return add_secret(checkout)


@pytest.fixture(scope="module")
def password(checkout: Checkout, grown: tuple[Deployment, str]) -> str:  # noqa: ARG001 - adds sourceP
    """Return a live user and password of sourceP."""
    return add_secret(checkout, "sourceP")


def test_after_a_crash_up_reports_the_crash_and_applies(
    grown: tuple[Deployment, str],
) -> None:
    deployment, output = grown

    response = post(deployment, "a", EQUIPMENT | {"body": {"equipment_id": "crash"}})

    assert response.status == 202
    wait_for(lambda: "EQUIPMENT#crash" in in_index(deployment, "EQUIPMENT"))
    assert "not up: run `make up`" in output
    assert "was killed" in output


def test_a_new_source_and_entity_need_one_entry_and_one_file(
    grown: tuple[Deployment, str],
) -> None:
    deployment, _ = grown
    pump = {"entity_name": "PUMP", "body": {"pump_id": "p-1", "litres_per_second": "2.5"}}

    response = post(deployment, "d", pump, key="sourceD")

    assert response.status == 202
    item = wait_for(lambda: in_index(deployment, "PUMP").get("PUMP#p-1"))
    assert item["litres_per_second"] == {"N": "2.5"}


def test_a_source_over_its_rate_gets_429_with_retry_after(
    grown: tuple[Deployment, str],
) -> None:
    deployment, _ = grown
    pump = {"entity_name": "PUMP", "body": {"pump_id": "p-2", "litres_per_second": "2.5"}}

    responses = [post(deployment, "d", pump, key="sourceD") for _ in range(5)]

    refused = [response for response in responses if response.status != 202]
    assert refused
    assert {response.status for response in refused} == {429}
    assert refused[0].headers["Retry-After"] == "1"
    assert refused[0].headers["Content-Type"] == "application/problem+json"


def test_each_source_that_signs_or_has_a_password_has_a_secret(
    grown: tuple[Deployment, str],
) -> None:
    deployment, _ = grown

    assert deployment.webhook_secret_names == {
        source: f"ingestion-local-webhook/{source}" for source in ("sourceH", "sourceP")
    }


def test_a_request_signed_by_the_reference_library_is_stored_and_its_replay_does_nothing(
    grown: tuple[Deployment, str], secret: str
) -> None:
    deployment, _ = grown
    body = json.dumps(pump("p-signed")).encode()
    headers = signed(secret, body)

    responses = [post(deployment, "h", body, key=None, headers=headers) for _ in range(2)]

    assert [response.status for response in responses] == [202, 202]
    assert [len(response.json()["events"]) for response in responses] == [1, 0]
    wait_for(lambda: "PUMP#p-signed" in in_index(deployment, "PUMP"))


@pytest.mark.usefixtures("secret")
def test_a_request_without_a_valid_signature_gets_401(
    grown: tuple[Deployment, str],
) -> None:
    deployment, _ = grown
    wrong = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    unsigned = post(deployment, "h", pump("p-x"), key=None)
    with_a_key = post(deployment, "h/uploads", {"name": "x.csv", "size": 5}, key="sourceA")
    forged = post_signed(deployment, wrong, pump("p-x"))

    assert [response.status for response in (unsigned, with_a_key, forged)] == [401, 401, 401]
    assert {response.headers["Content-Type"] for response in (unsigned, with_a_key, forged)} == {
        PROBLEM
    }
    assert "webhook-signature must be sent exactly once" in unsigned.json()["detail"]


def test_a_secret_is_rotated_without_a_deployment(
    checkout: Checkout, grown: tuple[Deployment, str], secret: str
) -> None:
    deployment, _ = grown
    post_signed(deployment, secret, pump("p-rotated"))

    new = add_secret(checkout)

    # The cached secrets are read again after some seconds.
    wait_for(lambda: post_signed(deployment, new, pump("p-rotated")).status == 202)
    assert post_signed(deployment, secret, pump("p-rotated")).status == 202


@pytest.fixture(scope="module")
def sender(grown: tuple[Deployment, str]) -> dict[str, str]:
    """Return the credentials of the one user who may post as sourceI."""
    iam = grown[0].client("iam")
    iam.create_user(UserName="sender")
    made = iam.create_access_key(UserName="sender")["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": made["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"],
    }


def test_only_the_listed_principal_may_post_with_aws_credentials(
    grown: tuple[Deployment, str], sender: dict[str, str]
) -> None:
    deployment, _ = grown
    content = json.dumps(pump("p-iam")).encode()
    by_sender = signed_by(deployment, content, *sender.values())
    by_other = signed_by(deployment, content, "test", "test")

    named = post(deployment, "i", content, key=None, headers=by_sender)
    other = post(deployment, "i", content, key=None, headers=by_other)
    unsigned = post(deployment, "i", content, key="sourceA")

    assert [response.status for response in (named, other, unsigned)] == [202, 403, 404]
    assert {response.headers["Content-Type"] for response in (other, unsigned)} == {PROBLEM}
    wait_for(lambda: "PUMP#p-iam" in in_index(deployment, "PUMP"))


def test_a_request_with_a_password_is_stored_and_any_other_gets_401(
    grown: tuple[Deployment, str], password: str
) -> None:
    deployment, _ = grown
    headers = [
        JSON | {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"}
        for secret in (password, f"{password}x")
    ]

    allowed, denied = (
        post(deployment, "p", pump("p-basic"), key=None, headers=sent) for sent in headers
    )
    unnamed = post(deployment, "p", pump("p-basic"), key="sourceA")

    assert [response.status for response in (allowed, denied, unnamed)] == [202, 401, 401]
    wait_for(lambda: "PUMP#p-basic" in in_index(deployment, "PUMP"))


@pytest.mark.usefixtures("secret", "password")
@pytest.mark.parametrize("source", ["sourceD", "sourceH", "sourceI", "sourceP"])
def test_the_command_sends_and_uploads_for_every_kind_of_source(
    checkout: Checkout, sender: dict[str, str], source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in sender.items():
        monkeypatch.setenv(name, value)
    file = checkout.directory / "pumps.jsonl"
    file.write_text("\n".join(json.dumps(pump(f"{source}-{n}")) for n in range(2)))
    rows = checkout.directory / "pumps.csv"
    rows.write_text(f"pump_id,litres_per_second\n{source}-2,1\n")

    for arguments in (("send", str(file)), ("upload", str(rows))):
        checkout.run("-m", "ingestion.cli.app", *arguments, "--source", source)

    expected = {f"PUMP#{source}-{n}" for n in range(3)}
    assert wait_for(lambda: expected <= in_index(checkout.deployment, "PUMP").keys())


def test_no_secret_or_signature_of_a_sender_is_stored_or_logged(
    checkout: Checkout, grown: tuple[Deployment, str], secret: str, sender: dict[str, str]
) -> None:
    deployment, _ = grown
    valid = json.dumps(pump("p-leak")).encode()
    headers, by_aws = signed(secret, valid), signed_by(deployment, valid, *sender.values())
    wrong = signed(secret, b"another body")
    since_ms = time.time_ns() // 1_000_000

    # The emulator may print a line during the next call of the function, so sourceH gets three.
    responses = [
        post(deployment, path, valid, key=None, headers=sent)
        for path, sent in (("i", by_aws), ("h", headers), ("h", headers), ("h", wrong))
    ]

    assert [response.status for response in responses] == [202, 202, 202, 401]
    wait_for(lambda: "PUMP#p-leak" in in_index(deployment, "PUMP"))
    canaries = [
        secret.removeprefix("whsec_"),
        sender["AWS_SECRET_ACCESS_KEY"],
        by_aws["authorization"].rpartition("Signature=")[2],
        *(sent["webhook-signature"].removeprefix("v1,") for sent in (headers, wrong)),
    ]
    assert all(len(canary) >= 32 for canary in canaries)
    lines = list(logs(deployment, since_ms))
    of_these = "".join(line for name, line in lines if name.endswith("api"))
    assert all(f'"{source}"' in of_these for source in ("sourceH", "sourceI"))
    assert [line for line in logs(deployment) if leaks(line[1], canaries)] == []
    assert leaks(json.dumps(terraform_state(deployment)), canaries) == []
    assert files_with(canaries, checkout) == set()


def files_with(canaries: list[str], checkout: Checkout) -> set[str]:
    """Return the files that hold a canary, without the emulator's own data, which holds secrets."""
    found = {str(place): leaks(text, canaries) for place, text in files(checkout)}
    assert found.keys() >= {"apply.log", "emulator.log"}
    return {place for place, held in found.items() if held and not place.startswith("state/")}
