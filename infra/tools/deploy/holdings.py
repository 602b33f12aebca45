"""Counts the contents of tables, queues and buckets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

TABLE = "aws_dynamodb_table"
QUEUE = "aws_sqs_queue"
BUCKET = "aws_s3_bucket"
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
    """Return why AWS would not delete resources, each with the setting to change."""
    return [text for resource in resources for text in _protection(resource, client)]


def _protection(resource: Resource, client: Client) -> Iterator[str]:
    if resource.kind == TABLE:
        answer = _found(client("dynamodb").describe_table, TableName=resource.id)
        if answer.get("Table", {}).get("DeletionProtectionEnabled"):
            yield (
                f"table {resource.id} has deletion protection:"
                " set deletion_protection = false in `table`"
            )
    if resource.kind == BUCKET and not resource.values["force_destroy"]:
        answer = _found(client("s3").list_object_versions, Bucket=resource.id, MaxKeys=1)
        if answer.get("Versions") or answer.get("DeleteMarkers"):
            yield (
                f"bucket {resource.id} is not empty and would stay: set force_destroy = true in"
                " `files`"
            )


def contents(resources: list[Resource], client: Client) -> list[Holding]:
    """Return the contents of tables, queues and buckets, without the objects of Terraform."""
    ours = {(r.values["bucket"], r.values["key"]) for r in resources if r.kind == _OBJECT}
    kinds = (
        (TABLE, "table", "item", _items),
        (QUEUE, "queue", "message", _messages),
        (BUCKET, "bucket", "object", partial(_objects, ours=ours)),
    )
    found = [
        Holding(name, resource.id.rpartition("/")[2], count(client, resource.id), unit)
        for kind, name, unit, count in kinds
        for resource in resources
        if resource.kind == kind
    ]
    return [holding for holding in found if holding.count != "0"]


def _items(client: Client, table: str) -> str:
    """Count the items in one page. Tombstones are items too."""
    answer = _found(client("dynamodb").scan, TableName=table, Select="COUNT")
    return _count(answer.get("Count", 0), "LastEvaluatedKey" in answer)


def _messages(client: Client, url: str) -> str:
    """Count visible, in-flight and delayed messages."""
    call = client("sqs").get_queue_attributes
    answer = _found(call, QueueUrl=url, AttributeNames=_MESSAGE_COUNTS)
    return str(sum(map(int, answer.get("Attributes", {}).values())))


def _objects(client: Client, bucket: str, ours: set[tuple[str, str]]) -> str:
    answer = _found(client("s3").list_objects_v2, Bucket=bucket)
    others = [file for file in answer.get("Contents", []) if (bucket, file["Key"]) not in ours]
    return _count(len(others), bool(answer.get("IsTruncated")))


def _count(number: int, there_are_more: bool) -> str:
    return f"{number} or more" if there_are_more else str(number)


def _found(call: Callable[..., Any], **arguments: Any) -> Any:
    """Return the response. It is empty if the resource does not exist any more."""
    try:
        return call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise
        return {}
