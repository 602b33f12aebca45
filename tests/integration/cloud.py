"""The real handlers on moto, with the resources that Terraform plans."""

import gzip
import json
from base64 import b64decode
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer
from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
from mypy_boto3_s3 import S3Client
from mypy_boto3_sns import SNSClient
from mypy_boto3_sqs import SQSClient

from ingestion.aws.retry import FIRST_PAUSE_SECONDS
from ingestion.catalog import OPERATOR, READER
from ingestion.event import Event
from ingestion.handlers import api, changes, delivery, extractor, inserter, query, worker
from ingestion.store.change import Change
from ingestion.store.table import ENTITY_NAME, ENTITY_NAME_INDEX, ID
from tests.integration import planned_resources
from tests.support.factories import (
    REQUEST_ID,
    Json,
    batch,
    catalog_document,
    context,
    record,
    request,
    s3_record,
    upload,
)
from tests.support.planned import Function, Plan

Publishing = TypeVar("Publishing", api.Runtime, inserter.Runtime, changes.Runtime)
SOURCES = [*catalog_document()["sources"], OPERATOR]
SUBSCRIBER = "billing"
MAX_UPLOAD_BYTES = 1_000_000


@dataclass(frozen=True)
class Answer:
    """What the API answers."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def document(self) -> Any:
        """The JSON document of the body."""
        return json.loads(self.text)

    @property
    def statuses(self) -> list[str]:
        """What became of each event."""
        return [event["status"] for event in self.document["events"]]


class Cloud:
    """All that is planned; `environment` holds the functions' variables."""

    def __init__(
        self,
        environment: pytest.MonkeyPatch,
        folder: Path,
        session: boto3.Session,
        plan: Plan,
    ) -> None:
        self.environment = environment
        self._session = session
        self._first_pause_seconds = FIRST_PAUSE_SECONDS
        self._plan = plan
        self.catalog_file = folder / "sources.json"
        self.openapi_file = folder / "openapi.json"
        self.dynamodb = boto3.client("dynamodb")
        self._sns, self._sqs = boto3.client("sns"), boto3.client("sqs")
        planned_resources.make_tables(plan, self.dynamodb)
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
        self._drops = 0
        self._set_environment()

    @cached_property
    def messaging(self) -> tuple[SNSClient, SQSClient]:
        """The clients of SNS and SQS. The topics and queues are made on first use."""
        planned_resources.make_messaging(self._plan, self._sns, self._sqs)
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
        planned_resources.make_buckets(self._plan, s3)
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

    @cached_property
    def api_runtime(self) -> api.Runtime:
        """What the API works with; a test may put another in its place."""
        return self._paused(api.Runtime.build(self._session))

    @cached_property
    def query_runtime(self) -> query.Runtime:
        """What the read API works with."""
        return query.Runtime.build(self._session)

    @cached_property
    def worker_runtime(self) -> worker.Runtime:
        """Return the worker's runtime, with enough time for a busy machine."""
        built = worker.Runtime.build(self._session)
        return replace(built, store_seconds=20, first_pause_seconds=self._first_pause_seconds)

    @cached_property
    def extractor_runtime(self) -> extractor.Runtime:
        """What the extractor works with."""
        return extractor.Runtime.build(self._session)

    @cached_property
    def inserter_runtime(self) -> inserter.Runtime:
        """What the inserter works with."""
        return self._paused(inserter.Runtime.build(self._session))

    @cached_property
    def changes_runtime(self) -> changes.Runtime:
        """What the function of the change feed works with."""
        return self._paused(changes.Runtime.build(self._session))

    @cached_property
    def delivery_runtime(self) -> delivery.Runtime:
        """What the function of the subscriber works with."""
        return delivery.Runtime.build(self._session)

    def pause(self, first_pause_seconds: float) -> None:
        """Set the first pause of all functions before a retry."""
        self._first_pause_seconds = first_pause_seconds
        self.rebuild()

    def _paused(self, built: Publishing) -> Publishing:
        assert self.messaging
        router = replace(built.router, first_pause_seconds=self._first_pause_seconds)
        return replace(built, router=router)

    def rebuild(self) -> None:
        """Build every runtime again before its next use, as the environment is by then."""
        for name in [name for name in vars(self) if name.endswith("_runtime")]:
            delattr(self, name)

    def serve(self, source: str, dead_letter_queue_url: str = "") -> None:
        """Make the worker that of `source`."""
        url = dead_letter_queue_url or self.dead_letter_queue_urls[source]
        self.environment.setenv("SOURCE", source)
        self.environment.setenv("DEAD_LETTER_QUEUE_URL", url)
        self.rebuild()

    def write_catalog(self, document: Any) -> None:
        """Make this the catalog of the handlers."""
        self.catalog_file.write_text(json.dumps(document))
        self.rebuild()

    def post(
        self, body: Any, path: str = "b", *, source: str | None = "sourceB", **headers: str
    ) -> Answer:
        """Post to the API with the key of `source`; `content_type` is the header Content-Type."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return self.ask(request(path, body, source=source, headers=named))

    def ask(self, event: Json) -> Answer:
        """Let the API answer a request of the gateway's."""
        return _answer_of(api.handle(event, context(), self.api_runtime))

    def correct(
        self, method: str, path: str, body: Any = "", *, key: str | None = OPERATOR, **headers: str
    ) -> Answer:
        """Put or delete `/entities/{path}`, the path percent-encoded, with the key of `key`."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        event = request(f"entities/{path}", body, source=key, headers=named, method=method)
        return self.ask(event)

    def read(
        self, path: str, *, key: str | None = READER, query: Json | None = None, **headers: str
    ) -> Answer:
        """Get `/entities/{path}`, the path percent-encoded, with the key of `key`."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        event = request(
            f"entities/{path}", "", source=key, headers=named, method="GET", query=asked(query)
        )
        return _answer_of(self.query(event))

    def query(self, event: Json) -> Json:
        """Invoke the read API."""
        return query.handle(event, context(), self.query_runtime)

    def store(self, *events: Event) -> None:
        """Put these through the worker of their source, which needs no queue for them."""
        for event in events:
            self.serve(event.source)
            assert self._work(batch(event)["Records"]) == []

    def drop(self, name: str, content: bytes | str, source: str = "sourceB") -> Json:
        """Put a file into the bucket. Return the record of its S3 event."""
        body = content.encode() if isinstance(content, str) else content
        key = f"uploads/{source}/{name}"
        version = self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)["VersionId"]
        self._drops += 1
        return s3_record(
            upload(
                key=key,
                version_id=version,
                sequencer=f"{self._drops:016X}",
                size_bytes=len(body),
            )
        )

    def extract(self, *records: Json, seconds: float | None = None) -> None:
        """Invoke the extractor, which has so much time (default: its timeout)."""
        seconds = seconds or self._function(extractor).timeout_seconds
        extractor.handle({"Records": list(records)}, context(seconds), self.extractor_runtime)

    def insert(self, *keys: str, seconds: float | None = None) -> None:
        """Invoke the inserter for these parts (default: all), within its timeout by default."""
        seconds = seconds or self._function(inserter).timeout_seconds
        for key in keys or self.keys("extracted/"):
            record = {"s3": {"object": {"key": key}}}
            inserter.handle({"Records": [record]}, context(seconds), self.inserter_runtime)

    def keys(self, prefix: str) -> list[str]:
        """The objects in the bucket."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [found["Key"] for page in pages for found in page.get("Contents", [])]

    def content(self, key: str) -> bytes:
        """What an object holds."""
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def work(self, *contents: Event | Json | str) -> list[str]:
        """Invoke the worker with records, or with events to create them from. Return the failures.

        A batch is as large as the event source mapping lets it be.
        """
        assert self.messaging
        return self._work(batch(*contents)["Records"])

    def _work(self, records: list[Json]) -> list[str]:
        size = self._function(worker).batch_size
        assert size
        failures: list[str] = []
        for first in range(0, len(records), size):
            event = {"Records": records[first : first + size]}
            answer = worker.handle(event, self.worker_runtime)
            assert set(answer) == {"batchItemFailures"}
            failures += [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        return failures

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

    def stream(self) -> Json:
        """Return all records of the table's stream, as Lambda passes them to the function."""
        [shard] = self.streams.describe_stream(StreamArn=self.stream_arn)["StreamDescription"][
            "Shards"
        ]
        iterator = self.streams.get_shard_iterator(
            StreamArn=self.stream_arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        records = self.streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
        return {"Records": [{**record, "eventSourceARN": self.stream_arn} for record in records]}

    def publish_changes(self, event: Json) -> list[str]:
        """Invoke the changes function. Return the ids of the records that it did not publish."""
        answer = changes.handle(event, context(), self.changes_runtime)
        assert set(answer) == {"batchItemFailures"}
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def published_changes(self) -> list[Change]:
        """Return the changes that were published since the last call."""
        return [
            Change.model_validate_json(message["Body"])
            for message in self._receive(self.queue_url(self.subscriber_queue_arn))
        ]

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
            (message["Body"], *(named.get(name, {}).get("stringValue", "") for name in NAMES))
            for message, named in zip(found, attributes, strict=True)
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

    def queue_url(self, arn: str) -> str:
        """The URL of a queue by its ARN."""
        return self.sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]

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

    def _function(self, module: ModuleType) -> Function:
        """The first planned function that runs the handler of this module."""
        handler = f"{module.__name__}.handler"
        return next(found for found in self._plan.functions if found.handler == handler)

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

    def _set_environment(self) -> None:
        """Set the variables of all functions; `serve` sets those in which workers differ."""
        for function in self._plan.functions:
            for name, value in function.environment.items():
                if not name.startswith("POWERTOOLS_"):
                    self.environment.setenv(name, value)
        self.environment.setenv("CATALOG_FILE", str(self.catalog_file))
        self.environment.setenv("OPENAPI_FILE", str(self.openapi_file))
        # Other than planned: `open_docs` is for development, and a file may be a million bytes.
        self.environment.setenv("OPEN_DOCS", "true")
        self.environment.setenv("MAX_UPLOAD_BYTES", str(MAX_UPLOAD_BYTES))
        self.environment.setenv("SUBSCRIBER_URL", "http://127.0.0.1:9")
        self.write_catalog(catalog_document())
        self.serve("sourceB")


def asked(query: Json | None) -> dict[str, list[str]]:
    """Return a query string as API Gateway passes it: a list of values for each name."""
    return {
        name: [str(part) for part in (value if isinstance(value, list) else [value])]
        for name, value in (query or {}).items()
    }


def _answer_of(answer: Json) -> Answer:
    """The answer as a caller gets it, in the form that the gateway demands of functions."""
    assert set(answer) == {"statusCode", "multiValueHeaders", "body", "isBase64Encoded"}
    sent = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
    assert sent.pop("X-Request-Id") == REQUEST_ID, "every answer has the id of its request"
    body: bytes = answer["body"].encode()
    if answer["isBase64Encoded"]:
        body = b64decode(body)
    if sent.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return Answer(answer["statusCode"], sent, body.decode())


def _as_lambda_has_them(attributes: Any) -> Json:
    """Message attributes in the event source mapping's spelling."""
    return {
        name: {"stringValue": value["StringValue"], "dataType": value["DataType"]}
        for name, value in attributes.items()
    }


NAMES = ("reason", "detail")


def limit(cloud: Cloud, **limits: Any) -> None:
    """Let the extractor work with other limits."""
    built = cloud.extractor_runtime
    cloud.extractor_runtime = replace(built, extraction=replace(built.extraction, **limits))


def python(item: Any) -> Json:
    """An item of the table in Python's own types."""
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}
