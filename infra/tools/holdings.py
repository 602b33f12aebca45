"""What an environment holds that a destroy would delete with it."""

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

_GONE = {"ResourceNotFoundException", "AWS.SimpleQueueService.NonExistentQueue", "NoSuchBucket"}
_WAITING = "ApproximateNumberOfMessages"
_IN_FLIGHT = "ApproximateNumberOfMessagesNotVisible"

Client = Callable[[str], Any]


def resources(state: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The attributes of all resources of a type in Terraform's state."""
    return [
        resource["values"]
        for resource in _resources(state.get("values", {}).get("root_module", {}))
        if resource["type"] == kind
    ]


def _resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _resources(child)


def protections(state: dict[str, Any], client: Client) -> list[str]:
    """What would stay when the rest is gone, each with what to change."""
    tables = (_table(client, table["name"]) for table in resources(state, "aws_dynamodb_table"))
    return [
        f"table {table['TableName']} resists deletion: set deletion_protection = false in `table`"
        for table in tables
        if table and table.get("DeletionProtectionEnabled")
    ] + [
        f"bucket {bucket['bucket']} is not empty and does not go with what it holds: set"
        " force_destroy = true in `files`"
        for bucket in resources(state, "aws_s3_bucket")
        if not bucket["force_destroy"] and _has_versions(client, bucket["bucket"])
    ]


def contents(state: dict[str, Any], client: Client) -> list[str]:
    """What is in tables, queues and buckets, with counts; what Terraform put there is not told."""
    ours = {(it["bucket"], it["key"]) for it in resources(state, "aws_s3_object")}
    counts = [
        *(
            (f"table {it['name']}", _items(client, it["name"]), "item")
            for it in resources(state, "aws_dynamodb_table")
        ),
        *(
            (f"queue {it['name']}", _messages(client, it["url"]), "message")
            for it in resources(state, "aws_sqs_queue")
        ),
        *(
            (f"bucket {it['bucket']}", _objects(client, it["bucket"], ours), "object")
            for it in resources(state, "aws_s3_bucket")
        ),
    ]
    return [
        f"{where} holds {count} {what}" + "s" * (count != "1")
        for where, count, what in counts
        if count != "0"
    ]


def _table(client: Client, name: str) -> Any:
    answer = _found(client("dynamodb").describe_table, TableName=name)
    return answer and answer["Table"]


def _items(client: Client, table: str) -> str:
    """How many, as far as one page shows; tombstones are items too."""
    answer = _found(client("dynamodb").scan, TableName=table, Select="COUNT")
    return _count(answer["Count"], "LastEvaluatedKey" in answer) if answer else "0"


def _messages(client: Client, url: str) -> str:
    names = [_WAITING, _IN_FLIGHT, "ApproximateNumberOfMessagesDelayed"]
    answer = _found(client("sqs").get_queue_attributes, QueueUrl=url, AttributeNames=names)
    return str(sum(map(int, answer["Attributes"].values()))) if answer else "0"


def _objects(client: Client, bucket: str, ours: set[tuple[str, str]]) -> str:
    answer = _found(client("s3").list_objects_v2, Bucket=bucket)
    others = [it for it in (answer or {}).get("Contents", []) if (bucket, it["Key"]) not in ours]
    return _count(len(others), bool(answer and answer["IsTruncated"]))


def _has_versions(client: Client, bucket: str) -> bool:
    answer = _found(client("s3").list_object_versions, Bucket=bucket, MaxKeys=1)
    return bool(answer and (answer.get("Versions") or answer.get("DeleteMarkers")))


def _count(number: int, there_are_more: bool) -> str:
    return f"{number} or more" if there_are_more else str(number)


def _found(call: Callable[..., Any], **arguments: Any) -> Any:
    """The answer; None where what is asked about is not there any more."""
    try:
        return call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise
        return None
