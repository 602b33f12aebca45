"""Requests to the applied platform, and what its table and queues then hold."""

import json
import time
from typing import Any

from urllib3 import BaseHTTPResponse, PoolManager

from ingestion.cli.dlq.queue import backlog
from ingestion.cli.environment import Deployment
from ingestion.event import Event
from tests.support.browser.waiting import wait_for

JSON = {"Content-Type": "application/json"}
EQUIPMENT = {
    "source": "sourceA",
    "entity_name": "EQUIPMENT",
    "body": {
        "equipment_id": "e-1",
        "cat_id": "42",
        "contract_id": "c-1",
        "parent_equipment_id": None,
        "current_milestone_id": "m-1",
    },
}


def post(
    deployment: Deployment,
    path: str,
    body: Any,
    *,
    key: str | None = "sourceA",
    headers: dict[str, str] = JSON,
) -> BaseHTTPResponse:
    credential = {"x-api-key": deployment.api_keys[key]} if key else {}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return PoolManager().request(
        "POST", f"{deployment.api_url}/{path}", body=content, headers={**headers, **credential}
    )


def publish(deployment: Deployment, body: str, group_id: str, **attributes: str) -> None:
    """Publish a message on the topic, without the API."""
    deployment.client("sns").publish(
        TopicArn=deployment.topic_arn,
        Message=body,
        MessageGroupId=group_id,
        MessageDeduplicationId=str(time.time_ns()),
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    )


def publish_event(deployment: Deployment, event: Event) -> None:
    """Publish an event on the topic, without the API, which would refuse an invalid one."""
    publish(deployment, event.json_bytes.decode(), event.group_id, **event.attributes)


def wait_until_idle(deployment: Deployment) -> int:
    """Wait until no event waits for a worker or is in flight. Return the time in ms since 1970.

    A test that counts outcomes starts here. Otherwise it counts events of the test before too.
    """
    sqs = deployment.client("sqs")
    wait_for(lambda: not any(backlog(sqs, url) for url in deployment.queue_urls.values()))
    return int(time.time() * 1000)


def in_index(deployment: Deployment, entity: str) -> dict[str, Any]:
    """Return the items of an entity by ID, as a query of the index finds them."""
    response = deployment.client("dynamodb").query(
        TableName=deployment.table_name,
        IndexName="EntityNameIndex",
        KeyConditionExpression="ENTITY_NAME = :name",
        ExpressionAttributeValues={":name": {"S": entity}},
    )
    return {item["ID"]["S"]: item for item in response["Items"]}


def receive(deployment: Deployment, url: str) -> list[dict[str, Any]]:
    response = deployment.client("sqs").receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=0,
        MessageAttributeNames=["All"],
    )
    messages: list[dict[str, Any]] = response.get("Messages", [])
    return messages
