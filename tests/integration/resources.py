"""The planned tables, topics, queues and buckets on moto, and what they hold."""

import json
from functools import cached_property
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer
from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
from mypy_boto3_s3 import S3Client
from mypy_boto3_sns import SNSClient
from mypy_boto3_sqs import SQSClient

from ingestion.store.change import Change
from ingestion.store.table import ENTITY_NAME, ENTITY_NAME_INDEX, ID
from tests.integration import planned_resources
from tests.support.factories import Json
from tests.support.invocations import record
from tests.support.terraform.planned import Plan

SUBSCRIBER = "billing"


class Resources:
    """The resources of the plan. The clients are those of a test, not of a function."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.dynamodb = boto3.client("dynamodb")
        self._sns, self._sqs = boto3.client("sns"), boto3.client("sqs")
        planned_resources.make_tables(plan)
        self.outputs = plan.outputs
        self.topic_arn: str = self.outputs["topic_arn"]
        self.queue_urls: dict[str, str] = self.outputs["queue_urls"]
        self.dead_letter_queue_urls: dict[str, str] = self.outputs["dead_letter_queue_urls"]
        self.unrouted_queue_url: str = self.outputs["unrouted_queue_url"]
        self.table_name: str = self.outputs["table_name"]
        self.bucket: str = self.outputs["bucket_name"]
        self.change_topic_arn: str = self.outputs["change_topic_arn"]
        self.change_failures_queue_url: str = self.outputs["change_failures_queue_url"]
        self.subscriber_queue_arn: str = self.outputs["subscriber_queue_arns"][SUBSCRIBER]
        self.subscriber_dead_letter_queue_url: str = self.outputs[
            "subscriber_dead_letter_queue_urls"
        ][SUBSCRIBER]
        self.files_failures_queue_url: str = self.outputs["files_failures_queue_url"]

    @cached_property
    def messaging(self) -> tuple[SNSClient, SQSClient]:
        """The clients of SNS and SQS. The topics and queues are made on first use."""
        planned_resources.make_messaging(self.plan)
        return self._sns, self._sqs

    @property
    def sns(self) -> SNSClient:
        """The client with which tests use the topics."""
        return self.messaging[0]

    @property
    def sqs(self) -> SQSClient:
        """The client with which tests use the queues."""
        return self.messaging[1]

    @cached_property
    def s3(self) -> S3Client:
        """The client with which tests use the buckets, which are made with it."""
        s3 = boto3.client("s3")
        planned_resources.make_buckets(self.plan, s3)
        return s3

    @cached_property
    def streams(self) -> DynamoDBStreamsClient:
        """The client with which tests read the table's stream."""
        return boto3.client("dynamodbstreams")

    @cached_property
    def stream_arn(self) -> str:
        """The stream of the table, whose ARN holds the time of its making."""
        table = self.dynamodb.describe_table(TableName=self.table_name)["Table"]
        arn: str = table["LatestStreamArn"]
        return arn

    def subscribe(self, filter_policy: Json) -> str:
        """Subscribe a queue of the test's own to the change topic; its URL."""
        made = self.sqs.create_queue(QueueName="own.fifo", Attributes={"FifoQueue": "true"})
        arn = self.subscriber_queue_arn.rpartition(":")[0] + ":own.fifo"
        self.sns.subscribe(
            TopicArn=self.change_topic_arn,
            Protocol="sqs",
            Endpoint=arn,
            Attributes={
                "RawMessageDelivery": "true",
                "FilterPolicy": json.dumps(filter_policy),
            },
        )
        return made["QueueUrl"]

    def queue_url(self, arn: str) -> str:
        """The URL of a queue by its ARN."""
        return self.sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]

    def queued(self, source: str = "sourceB") -> list[Json]:
        """The records that wait for the worker of `source`."""
        return [
            record(message["Body"], group_id="", **message["Attributes"])
            | {"messageAttributes": _as_lambda_has_them(message.get("MessageAttributes", {}))}
            for message in self._receive(self.queue_urls[source])
        ]

    def unrouted(self) -> list[str]:
        """The messages that no source's queue has taken."""
        return [message["Body"] for message in self._receive(self.unrouted_queue_url)]

    def routed(self) -> int:
        """Return the number of messages in all queues, and delete them."""
        urls = [*self.queue_urls.values(), self.unrouted_queue_url]
        return sum(len(self._receive(url)) for url in urls)

    def dead_letters(self, source: str = "sourceB") -> list[tuple[str, str, str]]:
        """Body, reason and detail of the dead letters of `source`."""
        found = self._receive(self.dead_letter_queue_urls[source])
        attributes = [
            _as_lambda_has_them(message.get("MessageAttributes", {})) for message in found
        ]
        return [
            (
                message["Body"],
                *(named.get(name, {}).get("stringValue", "") for name in ("reason", "detail")),
            )
            for message, named in zip(found, attributes, strict=True)
        ]

    def published_changes(self) -> list[Change]:
        """Return the changes that were published since the last call."""
        return [
            Change.model_validate_json(message["Body"])
            for message in self._receive(self.queue_url(self.subscriber_queue_arn))
        ]

    def rows(self) -> dict[str, Json]:
        """What the table holds, by key."""
        return {
            item[ID]: item
            for page in self.dynamodb.get_paginator("scan").paginate(TableName=self.table_name)
            for item in map(python, page["Items"])
        }

    def listed(self, entity_name: str) -> dict[str, Json]:
        """What the index lists for an entity name, by key."""
        answer = self.dynamodb.query(
            TableName=self.table_name,
            IndexName=ENTITY_NAME_INDEX,
            KeyConditionExpression="#name = :name",
            ExpressionAttributeNames={"#name": ENTITY_NAME},
            ExpressionAttributeValues={":name": {"S": entity_name}},
        )
        return {item[ID]: item for item in map(python, answer["Items"])}

    def empty_table(self) -> None:
        """Delete every item of the table."""
        for key in self.rows():
            self.dynamodb.delete_item(TableName=self.table_name, Key={ID: {"S": key}})

    def keys(self, prefix: str) -> list[str]:
        """The objects in the bucket."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [found["Key"] for page in pages for found in page.get("Contents", [])]

    def content(self, key: str) -> bytes:
        """What an object holds."""
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def _receive(self, url: str) -> list[Any]:
        messages: list[Any] = []
        while received := self.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages"):
            messages += received
            for message in received:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return messages


def python(item: Any) -> Json:
    """Return an item of the table in Python's own types."""
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}


def _as_lambda_has_them(attributes: Any) -> Json:
    """Return message attributes in the spelling of the event source mapping."""
    return {
        name: {"stringValue": value["StringValue"], "dataType": value["DataType"]}
        for name, value in attributes.items()
    }
