"""The plain boto3 loops that the handlers are compared with. They validate and log nothing."""

import json
from hashlib import sha256
from typing import Any

from ingestion.store.conditions import NEWER, NEWER_NAMES
from tests.support.factories import Json


def publish_one(sns: Any, topic_arn: str, body: str) -> None:
    """Publish the one event of a request."""
    sns.publish(TopicArn=topic_arn, **_message(json.loads(body)))


def publish_all(sns: Any, topic_arn: str, body: str) -> None:
    """Publish the events of a request, ten in a call."""
    for items in _tens(json.loads(body)):
        sns.publish_batch(
            TopicArn=topic_arn,
            PublishBatchRequestEntries=[
                {"Id": str(index), **_message(item)} for index, item in enumerate(items)
            ],
        )


def _message(item: Json) -> Json:
    name = item["entity_name"]
    return {
        "Message": json.dumps(item),
        "MessageGroupId": f"{name}#{item['body']['contract_id']}",
        "MessageDeduplicationId": sha256(item["id"].encode()).hexdigest(),
        "MessageAttributes": {
            "source": {"DataType": "String", "StringValue": "sourceB"},
            "entity_name": {"DataType": "String", "StringValue": name},
        },
    }


def _tens(items: list[Json]) -> list[list[Json]]:
    return [items[first : first + 10] for first in range(0, len(items), 10)]


def put_all(dynamodb: Any, table_name: str, records: list[Json]) -> None:
    """Store each record unless the stored item is newer."""
    for record in records:
        put(dynamodb, table_name, json.loads(record["body"]))


def put(dynamodb: Any, table_name: str, event: Json) -> None:
    """Store the contract of an event unless the stored item is newer."""
    provenance = {"id": event["id"], "source": event["source"], "time": event["time"]}
    provenance |= {"received_at": event["receivedat"], "stored_at": event["receivedat"]}
    dynamodb.put_item(
        TableName=table_name,
        Item={
            "ID": {"S": f"CONTRACT#{event['subject']}"},
            "ENTITY_NAME": {"S": "CONTRACT"},
            "_event": {"M": _strings(provenance)},
            **_strings(event["data"]),
        },
        ConditionExpression=NEWER,
        ExpressionAttributeNames=NEWER_NAMES,
        ExpressionAttributeValues={
            ":time": {"S": event["time"]},
            ":id": {"S": event["id"]},
            ":source": {"S": event["source"]},
        },
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )


def _strings(fields: Json) -> Json:
    return {name: {"S": value} for name, value in fields.items()}
