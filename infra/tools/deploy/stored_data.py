"""Finds what a plan deletes, and counts the data in tables, queues and buckets."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from ingestion.store.closed_sources import CLOSED_SOURCES
from ingestion.store.table import ID
from ingestion.store.time_index_keys import REINDEXED

TABLE = "aws_dynamodb_table"
QUEUE = "aws_sqs_queue"
BUCKET = "aws_s3_bucket"
_OBJECT = "aws_s3_object"
# The index of search can be built again from the table and the texts of documents.
_INDEX_BUCKET = "module.search.aws_s3_bucket.this"
_GONE = {"ResourceNotFoundException", "AWS.SimpleQueueService.NonExistentQueue", "NoSuchBucket"}

Client = Callable[[str], Any]
# Type and attributes in Terraform. After a failed creation, `id` is the only computed attribute.
Resource = tuple[str, dict[str, Any]]


def deleted_resources(plan: dict[str, Any]) -> list[Resource]:
    """Return the resources that a plan, given as Terraform's JSON, deletes or replaces.

    Also return every object that Terraform put into a bucket, even if the plan keeps it. Leave out
    the index of search, which can be built again.
    """
    return [
        (resource["type"], resource["change"]["before"])
        for resource in plan.get("resource_changes", [])
        if ("delete" in resource["change"]["actions"] and resource["address"] != _INDEX_BUCKET)
        or (resource["type"] == _OBJECT and resource["change"]["before"])
    ]


def find_protections(resources: list[Resource], client: Client) -> Iterator[str]:
    """Yield why AWS would not delete resources, each with the setting to change."""
    for kind, attributes in resources:
        if kind == TABLE and attributes.get("deletion_protection_enabled"):
            yield (
                f"table {attributes['id']} has deletion protection:"
                " set deletion_protection = false in `table`"
            )
        if kind == BUCKET and not attributes["force_destroy"]:
            call = client("s3").list_object_versions
            versions = _call_if_present(call, Bucket=attributes["id"], MaxKeys=1)
            if versions.get("Versions") or versions.get("DeleteMarkers"):
                yield (
                    f"bucket {attributes['id']} is not empty and would stay:"
                    " set force_destroy = true in `files`"
                )


def find_data(resources: list[Resource], client: Client) -> list[str]:
    """Return the tables, queues and buckets with data as texts. Ignore Terraform's own objects."""
    managed = {(values["bucket"], values["key"]) for kind, values in resources if kind == _OBJECT}
    counters: dict[str, Callable[[Client, str], str]] = {
        TABLE: _count_items,
        QUEUE: _count_messages,
        BUCKET: partial(_count_objects, managed=managed),
    }
    return [
        text
        for kind, attributes in resources
        if kind in counters and (text := counters[kind](client, attributes["id"]))
    ]


def _count_items(client: Client, table: str) -> str:
    """Count the items in one page, with tombstones but without items of the platform itself."""
    page = _call_if_present(
        client("dynamodb").scan,
        TableName=table,
        Select="COUNT",
        FilterExpression="NOT #id IN (:reindexed, :closed_sources)",
        ExpressionAttributeNames={"#id": ID},
        ExpressionAttributeValues={
            ":reindexed": {"S": REINDEXED},
            ":closed_sources": {"S": CLOSED_SOURCES},
        },
    )
    return _describe(f"table {table}", page.get("Count", 0), "item", "LastEvaluatedKey" in page)


def _count_messages(client: Client, url: str) -> str:
    """Count visible, in-flight and delayed messages."""
    call = client("sqs").get_queue_attributes
    response = _call_if_present(call, QueueUrl=url, AttributeNames=["All"])
    attributes = response.get("Attributes", {}).items()
    # The same prefix in three names: visible, NotVisible and Delayed.
    counts = [value for name, value in attributes if name.startswith("ApproximateNumberOfMessages")]
    return _describe(f"queue {url.rpartition('/')[2]}", sum(map(int, counts)), "message")


def _count_objects(client: Client, bucket: str, managed: set[tuple[str, str]]) -> str:
    page = _call_if_present(client("s3").list_objects_v2, Bucket=bucket)
    count = sum((bucket, file["Key"]) not in managed for file in page.get("Contents", []))
    return _describe(f"bucket {bucket}", count, "object", page.get("IsTruncated", False))


def _describe(resource: str, count: int, unit: str, there_are_more: bool = False) -> str:
    """Return the count as text. It is empty if there is no data."""
    if there_are_more:
        return f"{resource} holds {count} or more {unit}s"
    return f"{resource} holds {count} {unit}{'' if count == 1 else 's'}" if count else ""


def _call_if_present(call: Callable[..., Any], **arguments: Any) -> Any:
    """Return the response. It is empty if the resource does not exist any more."""
    try:
        return call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise
        return {}
