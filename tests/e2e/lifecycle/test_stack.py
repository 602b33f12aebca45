"""The local stack: start and stop, kept data, loopback only, new sources, and error messages."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import psutil
import pytest
from botocore.credentials import Credentials
from standardwebhooks import Webhook
from urllib3 import BaseHTTPResponse

from ingestion.cli.client.credentials import sign_aws
from ingestion.cli.client.posting import CONTENT_TYPE
from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout, outputs
from tests.e2e.lifecycle.leaks import files, leaks, logs, terraform_state
from tests.e2e.test_changes import following, receive_changes
from tests.e2e.test_platform import EQUIPMENT, JSON, in_index, post, wait_for

PROBLEM = "application/problem+json"


def test_a_plan_after_the_apply_is_empty(checkout: Checkout) -> None:
    plan = checkout.stack("plan")

    assert "No changes." in plan.stdout


def test_the_outputs_are_one_json_document_with_the_endpoint(checkout: Checkout) -> None:
    document = outputs(checkout)

    assert {
        "api_url",
        "api_keys",
        "table_name",
        "topic_arn",
        "queue_urls",
        "dead_letter_queue_urls",
        "unrouted_queue_url",
    } <= document.keys()
    assert document["endpoint_url"] == f"http://127.0.0.1:{checkout.port}"


def test_nothing_listens_beyond_loopback(checkout: Checkout) -> None:
    emulator = psutil.Process(int((checkout.state / "emulator.pid").read_text()))
    family = [emulator, *emulator.children(recursive=True)]

    listening = {
        connection.laddr.ip
        for process in family
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    }

    assert listening == {"127.0.0.1"}


def test_down_stops_every_process_and_up_restores_the_data(
    checkout: Checkout, deployment: Deployment
) -> None:
    post(deployment, "a", EQUIPMENT | {"body": {"equipment_id": "kept"}})
    wait_for(lambda: "EQUIPMENT#kept" in in_index(deployment, "EQUIPMENT"))
    emulator = psutil.Process(int((checkout.state / "emulator.pid").read_text()))
    family = [emulator, *emulator.children(recursive=True)]

    checkout.stack("down")
    alive = [process for process in family if process.is_running()]
    again = checkout.stack("up")

    assert alive == []
    assert "Nothing changed" in again.stderr
    assert "EQUIPMENT#kept" in in_index(deployment, "EQUIPMENT")
    with following(deployment) as feed:
        response = post(deployment, "a", EQUIPMENT | {"body": {"equipment_id": "after"}})
        assert response.status == 202
        wait_for(lambda: "EQUIPMENT#after" in in_index(deployment, "EQUIPMENT"))
        assert [change.kind for change in receive_changes(feed, "after", 1)] == ["created"]


def test_a_hanging_function_loses_no_data(checkout: Checkout, deployment: Deployment) -> None:
    before = EQUIPMENT | {"body": {"equipment_id": "before-hang"}}
    assert post(deployment, "a", before).status == 202
    wait_for(lambda: "EQUIPMENT#before-hang" in in_index(deployment, "EQUIPMENT"))
    emulator = psutil.Process(int((checkout.state / "emulator.pid").read_text()))
    for function in emulator.children(recursive=True):
        function.suspend()

    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(post, deployment, "a", before)
        time.sleep(1)
        checkout.stack("down")
        assert hanging.exception() or hanging.result().status >= 500
    output = checkout.stack("up").stderr

    assert "Nothing changed since the last apply" in output
    assert "EQUIPMENT#before-hang" in in_index(deployment, "EQUIPMENT")


def test_a_running_stack_refuses_another_port(checkout: Checkout) -> None:
    result = checkout.stack("up", check=False, port=checkout.port + 1)

    assert result.returncode == 1
    assert f"is on port {checkout.port}" in result.stderr


PUMP = '''"""A pump."""

from typing import ClassVar

from entities.base import Entity
from entities.fields import EntityId, Number


class Pump(Entity):
    """Moves what flows."""

    entity_name: ClassVar[str] = "PUMP"

    pump_id: EntityId
    litres_per_second: Number
'''


@pytest.fixture(scope="module")
def grown(checkout: Checkout) -> tuple[Deployment, str]:
    """Add a source of each kind, crash the emulator, apply, and return what `up` printed."""
    (checkout.directory / "entities" / "pump.py").write_text(PUMP)
    catalog = checkout.directory / "config" / "sources.yaml"
    entry = """  sourceD:
    path: d
    entities: [PUMP]
    auth: api_key
    rate_per_second: 1
    burst: 2
  sourceH:
    path: h
    entities: [PUMP]
    auth: hmac
  sourceI:
    path: i
    entities: [PUMP]
    auth: iam
    principals: ["arn:aws:iam::000000000000:user/sender"]
    rate_per_second: 1
    burst: 3
"""
    catalog.write_text(catalog.read_text() + entry)
    emulator = psutil.Process(int((checkout.state / "emulator.pid").read_text()))
    family = [emulator, *emulator.children(recursive=True)]
    for process in family:
        process.kill()
    psutil.wait_procs(family)
    output = checkout.stack("plan", check=False).stderr
    output += checkout.stack("up").stderr
    return checkout.deployment, output


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


def pump(pump_id: str) -> dict[str, Any]:
    return {"entity_name": "PUMP", "body": {"pump_id": pump_id, "litres_per_second": "2.5"}}


@pytest.fixture(scope="module")
def secret(checkout: Checkout, grown: tuple[Deployment, str]) -> str:  # noqa: ARG001 - adds sourceH
    """Return a live secret of sourceH."""
    return add_secret(checkout)


def add_secret(checkout: Checkout) -> str:
    return checkout.run(
        "-m", "ingestion.cli.app", "secrets", "add", "--source", "sourceH"
    ).stdout.strip()


def signed(secret: str, body: bytes) -> dict[str, str]:
    """Return the headers that the reference library makes."""
    message_id, now = f"msg_{uuid4()}", datetime.now(UTC)
    return {
        **JSON,
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, now, body.decode()),
    }


def post_signed(deployment: Deployment, secret: str, content: Any) -> BaseHTTPResponse:
    body = json.dumps(content).encode()
    return post(deployment, "h", body, key=None, headers=signed(secret, body))


def test_a_plan_after_adding_sources_is_empty(
    checkout: Checkout, grown: tuple[Deployment, str]
) -> None:
    deployment, _ = grown

    plan = checkout.stack("plan")

    assert "No changes." in plan.stdout
    assert deployment.webhook_secret_names == {"sourceH": "ingestion-local-webhook/sourceH"}


def test_a_request_signed_by_the_reference_library_is_stored_and_its_replay_refused(
    grown: tuple[Deployment, str], secret: str
) -> None:
    deployment, _ = grown
    body = json.dumps(pump("p-signed")).encode()
    headers = signed(secret, body)

    responses = [post(deployment, "h", body, key=None, headers=headers) for _ in range(2)]

    assert [response.status for response in responses] == [202, 409]
    wait_for(lambda: "PUMP#p-signed" in in_index(deployment, "PUMP"))


@pytest.mark.usefixtures("secret")
def test_a_request_without_a_valid_signature_gets_401(
    grown: tuple[Deployment, str],
) -> None:
    deployment, _ = grown
    wrong = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    unsigned = post(deployment, "h", pump("p-x"), key=None)
    with_a_key = post(deployment, "h/uploads", {"name": "x.csv"}, key="sourceA")
    forged = post_signed(deployment, wrong, pump("p-x"))

    assert [response.status for response in (unsigned, with_a_key, forged)] == [401, 401, 401]
    assert {response.headers["Content-Type"] for response in (unsigned, with_a_key, forged)} == {
        PROBLEM
    }
    assert "webhook-signature must be present" in unsigned.json()["detail"]


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


def signed_by(
    deployment: Deployment, content: bytes, key_id: str, secret_key: str
) -> dict[str, str]:
    """Return the headers of a post as sourceI."""
    url, auth = f"{deployment.api_url}/i", Credentials(key_id, secret_key)
    request = httpx.Request("POST", url, content=content, headers=CONTENT_TYPE)
    signed = sign_aws(request, credentials=auth, region=deployment.region)
    return dict(signed.headers)


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


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize("source", ["sourceD", "sourceH", "sourceI"])
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

    assert [response.status for response in responses] == [202, 202, 409, 401]
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
    kept = {str(place): leaks(text, canaries) for place, text in files(checkout)}
    assert kept.keys() >= {"apply.log", "emulator.log"}
    # The emulator's own data, such as the secrets, is in `state`.
    assert {
        place for place, found in kept.items() if found and not place.startswith("state/")
    } == set()


def test_a_plan_with_a_wrong_catalog_fails_and_names_the_key(checkout: Checkout) -> None:
    catalog = checkout.directory / "config" / "sources.yaml"
    original = catalog.read_text()
    catalog.write_text(original.replace("path: a", "pth: a", 1))

    plan = checkout.stack("plan", check=False)
    catalog.write_text(original)

    assert plan.returncode == 1
    assert "sources.sourceA.pth" in plan.stderr


def test_terraform_refuses_a_package_that_was_built_from_another_catalog(
    checkout: Checkout,
) -> None:
    catalog = checkout.directory / "config" / "sources.yaml"
    original = catalog.read_text()
    catalog.write_text(original.replace("path: a", "path: aa", 1))
    script = (
        "from infra.tools.stack.local_environment import LocalEnvironment;"
        "stack = LocalEnvironment(); stack.init(); stack.plan('-no-color', '-lock=false')"
    )

    plan = checkout.run("-c", script, check=False)
    catalog.write_text(original)

    assert "terraform plan failed" in plan.stderr
    output = re.sub(r"\s*\n\W*", " ", plan.stderr)
    assert "was built from another config/sources.yaml: run `make package`" in output
