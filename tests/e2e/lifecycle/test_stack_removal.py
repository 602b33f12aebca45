"""A source or subscriber is removed only when its queues are empty, or by force.

The file's name makes pytest run the tests after those that need the sources, before the teardown.
"""

import json
from typing import Any

import pytest

from entities.declared.yaml_file import read_yaml
from ingestion.cli.environment import Deployment
from ingestion.store.time_index_keys import SHARD, STORED_AT
from tests.e2e.commands import ingest
from tests.e2e.conftest import SUBSCRIBER, SUBSCRIBERS_TOKEN, Checkout
from tests.e2e.platform import in_index, post
from tests.support.browser.waiting import wait_for

MILESTONE = {
    "entity_name": "MILESTONE",
    "body": {"milestone_id": "kept", "contract_id": "c-1"},
}


def remove_source(checkout: Checkout, source: str) -> None:
    catalog = checkout.directory / "config" / "sources.yaml"
    document = read_yaml(catalog)
    del document["sources"][source]
    catalog.write_text(json.dumps(document))  # JSON is valid YAML.


def subscriber(checkout: Checkout) -> str:
    """Return the configuration of the subscriber."""
    return SUBSCRIBER % (checkout.endpoint_port, SUBSCRIBERS_TOKEN)


def remove_subscriber(checkout: Checkout) -> None:
    variables = checkout.directory / "config" / "local.tfvars"
    variables.write_text(variables.read_text().replace(subscriber(checkout), ""))


def switch_worker(deployment: Deployment, source: str, *, on: bool) -> None:
    """Enable or disable the mapping from a source's queue to its worker."""
    client = deployment.client("lambda")
    function = deployment.function_names["workers"][source]
    [mapping] = client.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=on)


def queue_url(deployment: Deployment, name: str) -> str:
    return str(deployment.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])


def put_dead_letter(deployment: Deployment, url: str) -> None:
    deployment.client("sqs").send_message(
        QueueUrl=url, MessageBody="dead", MessageGroupId="g", MessageDeduplicationId="removal"
    )


def waiting(deployment: Deployment, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    response = deployment.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(map(int, response["Attributes"].values()))


def queue_names(deployment: Deployment) -> set[str]:
    urls: list[str] = deployment.client("sqs").list_queues()["QueueUrls"]
    return {url.rpartition("/")[2] for url in urls}


@pytest.fixture(scope="module")
def full(checkout: Checkout) -> Deployment:
    """Remove a source and a subscriber from the configuration while their queues hold messages."""
    deployment = checkout.deployment
    urls = {
        "undelivered": queue_url(deployment, "ingestion-local-web-subscriber.fifo"),
        "queue": deployment.queue_urls["sourceC"],
        "source": deployment.dead_letter_queue_urls["sourceC"],
        "subscriber": deployment.subscriber_dead_letter_queue_urls["web"],
    }
    for url in urls.values():
        deployment.client("sqs").purge_queue(QueueUrl=url)
    switch_worker(deployment, "sourceC", on=False)
    accepted = post(deployment, "c", [MILESTONE, MILESTONE], key="sourceC")
    assert accepted.status == 202
    wait_for(lambda: waiting(deployment, urls["queue"]) == 2)
    for owner in ("source", "subscriber"):
        put_dead_letter(deployment, urls[owner])
    remove_source(checkout, "sourceC")
    remove_subscriber(checkout)
    return deployment


@pytest.fixture(scope="module")
def refused(checkout: Checkout, full: Deployment) -> dict[str, Any]:
    """Return what `up` prints, and the queues before and after."""
    before = queue_names(full)
    result = checkout.stack("up", check=False)
    return {"result": result, "before": before, "after": queue_names(full)}


def test_up_names_the_data_that_would_be_deleted_and_deletes_nothing(
    full: Deployment, refused: dict[str, Any]
) -> None:
    result = refused["result"]

    assert result.returncode == 1
    assert "Nothing was applied, because this plan deletes data: " in result.stderr
    for held in (
        "queue ingestion-local-sourceC.fifo holds 2 messages",
        "queue ingestion-local-sourceC-dlq.fifo holds 1 message",
        "queue ingestion-local-web-subscriber-dlq.fifo holds 1 message",
    ):
        assert held in result.stderr
    assert "`.venv/bin/ingest dlq list --env local`" in result.stderr
    assert refused["after"] == refused["before"]
    assert waiting(full, full.queue_urls["sourceC"]) == 2
    assert post(full, "c", MILESTONE, key="sourceC").status == 202


@pytest.fixture(scope="module")
def emptied(checkout: Checkout, full: Deployment, refused: dict[str, Any]) -> Deployment:  # noqa: ARG001 - runs first
    """Empty the source's queues, and restore the subscriber in the configuration."""
    switch_worker(full, "sourceC", on=True)
    wait_for(lambda: waiting(full, full.queue_urls["sourceC"]) == 0)
    assert ingest(checkout, "dlq", "drop", "--source", "sourceC", "--yes").returncode == 0
    variables = checkout.directory / "config" / "local.tfvars"
    variables.write_text(variables.read_text() + subscriber(checkout))
    return full


@pytest.fixture(scope="module")
def applied_again(checkout: Checkout, emptied: Deployment) -> str:
    """Make a row that of an older version, apply, and return what `up` printed."""
    emptied.client("dynamodb").update_item(
        TableName=emptied.table_name,
        Key={"ID": {"S": "MILESTONE#kept"}},
        UpdateExpression="REMOVE #shard, #stored_at",
        ExpressionAttributeNames={"#shard": SHARD, "#stored_at": STORED_AT},
    )
    return checkout.stack("up").stderr


@pytest.mark.usefixtures("applied_again")
def test_up_deletes_a_source_whose_queues_are_empty(emptied: Deployment) -> None:
    left = queue_names(emptied)
    assert "MILESTONE#kept" in in_index(emptied, "MILESTONE")
    assert {name for name in left if "sourceC" in name} == set()
    assert waiting(emptied, emptied.subscriber_dead_letter_queue_urls["web"]) == 1


def test_up_puts_rows_of_an_older_version_into_the_index_by_time(
    emptied: Deployment, applied_again: str
) -> None:
    row = in_index(emptied, "MILESTONE")["MILESTONE#kept"]

    assert "Stored rows that were missing in the index by time: 1." in applied_again
    assert row[STORED_AT] == row["_event"]["M"]["stored_at"]


@pytest.mark.usefixtures("emptied")
def test_up_with_force_deletes_what_it_names(checkout: Checkout, full: Deployment) -> None:
    remove_subscriber(checkout)

    output = checkout.stack("up", "--force").stderr

    named = "queue ingestion-local-web-subscriber-dlq.fifo holds 1 message."
    assert f"FORCE=1 (--force) deletes data: {named}" in output
    assert {name for name in queue_names(full) if "web-subscriber" in name} == set()
