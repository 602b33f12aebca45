"""The local stack: start and stop, kept data, loopback only, and error messages."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil

from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout, outputs
from tests.e2e.platform import EQUIPMENT, in_index, post
from tests.e2e.test_changes import following, receive_changes
from tests.support.browser.waiting import wait_for


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


def test_drift_names_the_command_that_repairs_it(
    checkout: Checkout, deployment: Deployment
) -> None:
    sqs, url = deployment.client("sqs"), deployment.queue_urls["sourceA"]
    wanted = visibility(sqs, url)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "7"})

    drift = checkout.stack("drift", check=False)
    unrepaired = checkout.stack("up").stderr
    repaired = checkout.stack("up", "--repair").stderr

    assert drift.returncode == 2
    assert "\x1b" not in drift.stdout + drift.stderr
    assert "Drift: local differs from the code" in drift.stdout
    assert "Run `make up REPAIR=1`." in drift.stdout
    assert "`make up REPAIR=1` restores them" in unrepaired
    assert "Applied 1 of 1 changes." in repaired
    assert visibility(sqs, url) == wanted != "7"


def visibility(sqs: Any, url: str) -> str:
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    return str(found["Attributes"]["VisibilityTimeout"])


def test_a_running_stack_refuses_another_port(checkout: Checkout) -> None:
    result = checkout.stack("up", check=False, port=checkout.port + 1)

    assert result.returncode == 1
    assert f"is on port {checkout.port}" in result.stderr


def test_a_plan_with_a_wrong_catalog_fails_and_names_the_key(checkout: Checkout) -> None:
    catalog = checkout.directory / "config" / "sources.yaml"
    original = catalog.read_text()
    catalog.write_text(original.replace("path: a", "pth: a", 1))

    plan = checkout.stack("plan", check=False)
    catalog.write_text(original)

    assert plan.returncode == 1
    assert "sourceA.pth: unknown key" in plan.stderr


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
