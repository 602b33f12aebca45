"""Dead letters of the applied platform: listed, edited and redriven with the command."""

import json
from datetime import UTC, datetime
from subprocess import CompletedProcess
from typing import Any

from ingestion.cli.environment import Deployment
from ingestion.syntax.times import timestamp
from tests.e2e.commands import ingest_here
from tests.e2e.conftest import Checkout
from tests.e2e.platform import in_index, publish_event, receive
from tests.support.browser.waiting import wait_for
from tests.support.factories import Json, contract, event

REASON = "invalid_entity"


def dlq(checkout: Checkout, *arguments: str) -> CompletedProcess[str]:
    return ingest_here(checkout, "dlq", *arguments)


def publish_lease(deployment: Deployment, contract_id: str) -> None:
    publish_event(deployment, event(contract(contract_id, contract_type="lease"), id=contract_id))


def listed(checkout: Checkout) -> dict[str, Json]:
    """Return the dead letters of sourceB by event id."""
    result = dlq(checkout, "list", "--source", "sourceB", "--reason", REASON, "-o", "json")
    assert result.returncode == 0, result.stderr
    return {entry["event_id"]: entry for entry in json.loads(result.stdout)["letters"]}


def test_a_dead_letter_read_ten_times_then_edited_and_redriven_is_stored_once(
    checkout: Checkout, deployment: Deployment
) -> None:
    names = {f"dlq-{number}" for number in range(3)}
    start = timestamp(datetime.now(UTC))
    for name in names:
        publish_lease(deployment, name)
    wait_for(lambda: names <= listed(checkout).keys())
    url = deployment.dead_letter_queue_urls["sourceB"]
    before = waiting(deployment, url)

    for _ in range(5):
        listed(checkout)
        assert dlq(checkout, "show", "dlq-0").returncode == 0

    assert waiting(deployment, url) == before
    assert {json.loads(m["Body"])["id"] for m in receive(deployment, url) if "dlq-" in m["Body"]}
    refused = dlq(checkout, "redrive", "--id", "dlq-0")
    assert refused.returncode == 4
    assert "data.contract_type" in refused.stderr
    selection = ("--source", "sourceB", "--reason", REASON, "--since", start, "--yes")
    edited = dlq(checkout, "edit", "--set", "data.contract_type=works", *selection)
    assert edited.returncode == 0, edited.stderr
    assert "Saved 3 dead letters" in edited.stderr
    assert redrive(checkout)["redriven"] == 3
    stored = wait_for(lambda: keys(deployment) if names <= keys(deployment) else None)
    assert names <= stored
    assert redrive(checkout)["redriven"] == 0
    assert not names & listed(checkout).keys()


def waiting(deployment: Deployment, url: str) -> Any:
    """Return how many messages a queue has, visible and in flight."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = deployment.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return found["Attributes"]


def redrive(checkout: Checkout) -> Any:
    """Redrive all of sourceB's dead letters with that reason."""
    options = ("--source", "sourceB", "--reason", REASON, "-o", "json")
    return json.loads(dlq(checkout, "redrive", *options).stdout)


def keys(deployment: Deployment) -> set[str]:
    """Return the ids of the contracts in the index."""
    return {key.partition("#")[2] for key in in_index(deployment, "CONTRACT")}


def test_an_edit_is_in_the_history_of_its_dead_letter(
    checkout: Checkout, deployment: Deployment
) -> None:
    publish_lease(deployment, "dlq-history")
    wait_for(lambda: "dlq-history" in listed(checkout))
    dlq(checkout, "edit", "dlq-history", "--set", "data.contract_name=Pumps")

    shown = json.loads(dlq(checkout, "show", "dlq-history", "-o", "json").stdout)

    assert [(line["action"], line["changed"]) for line in shown["history"]] == [
        ("edit", ["data.contract_name"])
    ]
    assert shown["history"][0]["actor"].startswith("arn:aws:")
    dropped = dlq(checkout, "drop", "dlq-history", "--yes")
    assert dropped.returncode == 0
    assert "dlq-history" not in listed(checkout)
