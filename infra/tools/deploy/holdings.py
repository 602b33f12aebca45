"""Counts the contents of tables, queues and buckets."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

_TABLE = "aws_dynamodb_table"
_QUEUE = "aws_sqs_queue"
_BUCKET = "aws_s3_bucket"
_OBJECT = "aws_s3_object"
_GONE = {"ResourceNotFoundException", "AWS.SimpleQueueService.NonExistentQueue", "NoSuchBucket"}
_MESSAGE_COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)

Client = Callable[[str], Any]


@dataclass(frozen=True)
class Resource:
    """A resource as Terraform knows it.

    After a creation that failed half-way, Terraform knows no computed attribute but the `id`.
    """

    kind: str
    values: dict[str, Any]

    @property
    def id(self) -> str:
        """The name of a table or bucket, the URL of a queue."""
        known: str = self.values["id"]
        return known


@dataclass(frozen=True)
class Holding:
    """The contents of a table, queue or bucket."""

    kind: str
    name: str
    count: str
    unit: str

    def __str__(self) -> str:
        plural = "" if self.count == "1" else "s"
        return f"{self.kind} {self.name} holds {self.count} {self.unit}{plural}"


def deleted_by(plan: dict[str, Any]) -> list[Resource]:
    """Return the resources that a plan, given as Terraform's JSON, deletes or replaces.

    Also return every object that Terraform put into a bucket, even if the plan keeps it.
    """
    return [
        Resource(resource["type"], resource["change"]["before"])
        for resource in plan.get("resource_changes", [])
        if "delete" in resource["change"]["actions"]
        or (resource["type"] == _OBJECT and resource["change"]["before"])
    ]


def protections(resources: list[Resource], client: Client) -> list[str]:
    """Return the resources that AWS would not delete, each with the setting to change."""
    tables = [table.id for table in _of_kind(resources, _TABLE) if _is_protected(client, table.id)]
    buckets = [
        bucket.id
        for bucket in _of_kind(resources, _BUCKET)
        if not bucket.values["force_destroy"] and _has_versions(client, bucket.id)
    ]
    return [
        f"table {table} resists deletion: set deletion_protection = false in `table`"
        for table in tables
    ] + [
        f"bucket {bucket} is not empty and would stay: set force_destroy = true in `files`"
        for bucket in buckets
    ]


def contents(resources: list[Resource], client: Client) -> list[Holding]:
    """Return the contents of tables, queues and buckets, without the objects of Terraform."""
    ours = {(file.values["bucket"], file.values["key"]) for file in _of_kind(resources, _OBJECT)}
    kinds = (
        (_TABLE, "table", "item", _items),
        (_QUEUE, "queue", "message", _messages),
        (_BUCKET, "bucket", "object", partial(_objects, ours=ours)),
    )
    found = [
        Holding(name, resource.id.rpartition("/")[2], count(client, resource.id), unit)
        for kind, name, unit, count in kinds
        for resource in _of_kind(resources, kind)
    ]
    return [holding for holding in found if holding.count != "0"]


def _of_kind(resources: list[Resource], kind: str) -> list[Resource]:
    return [resource for resource in resources if resource.kind == kind]


def _is_protected(client: Client, table: str) -> bool:
    answer = _found(client("dynamodb").describe_table, TableName=table)
    return bool(answer and answer["Table"].get("DeletionProtectionEnabled"))


def _items(client: Client, table: str) -> str:
    """Count items, as far as one page shows; tombstones are items too."""
    answer = _found(client("dynamodb").scan, TableName=table, Select="COUNT")
    return _count(answer["Count"], "LastEvaluatedKey" in answer) if answer else "0"


def _messages(client: Client, url: str) -> str:
    """Count visible, in-flight and delayed messages."""
    call = client("sqs").get_queue_attributes
    answer = _found(call, QueueUrl=url, AttributeNames=_MESSAGE_COUNTS)
    return str(sum(map(int, answer["Attributes"].values()))) if answer else "0"


def _objects(client: Client, bucket: str, ours: set[tuple[str, str]]) -> str:
    answer = _found(client("s3").list_objects_v2, Bucket=bucket) or {}
    others = [file for file in answer.get("Contents", []) if (bucket, file["Key"]) not in ours]
    return _count(len(others), bool(answer.get("IsTruncated")))


def _has_versions(client: Client, bucket: str) -> bool:
    answer = _found(client("s3").list_object_versions, Bucket=bucket, MaxKeys=1)
    return bool(answer and (answer.get("Versions") or answer.get("DeleteMarkers")))


def _count(number: int, there_are_more: bool) -> str:
    return f"{number} or more" if there_are_more else str(number)


def _found(call: Callable[..., Any], **arguments: Any) -> Any:
    """Return the response, or None if the resource does not exist any more."""
    try:
        return call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise
        return None
