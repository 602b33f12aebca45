"""The inserter: stage two of dropped files, called by S3 for each part; hands it to the router."""

import time
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import boto3

from ingestion.aws.encoding import write_calls
from ingestion.aws.pool import pool
from ingestion.errors import FieldError, RejectedRecord, TransientFailure
from ingestion.event import Event
from ingestion.files.bucket import Bucket
from ingestion.files.extraction import settle
from ingestion.files.upload import Import
from ingestion.messaging.router import Router
from ingestion.settings import (
    BULK_CLIENT_CONFIG,
    CLIENT_CONFIG,
    initialize,
    inserter_settings,
)
from ingestion.telemetry.metrics import each, report
from ingestion.telemetry.redaction import Discretion

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SPARE_SECONDS = 10  # What a last call to the topic, the mark and the report need.


@cache
def bucket() -> Bucket:
    """The bucket of this environment."""
    return Bucket(boto3.client("s3", config=BULK_CLIENT_CONFIG), inserter_settings().bucket)


@cache
def router() -> Router:
    """The topic of this environment."""
    sns = write_calls(boto3.client("sns", config=CLIENT_CONFIG))
    return Router(sns, inserter_settings().topic_arn, pool())


def insert(key: str, context: "LambdaContext") -> None:
    """Hand the events of a part to the router, then leave the part's mark.

    Raises RejectedRecord for what is no part of ours, TransientFailure where the router does not
    take all: Lambda repeats both, and then puts the invocation aside.
    """
    made = Import.of_part(key)
    mark = made.inserted_prefix + key.rpartition("/")[2]
    if bucket().get(mark) is not None:
        settle(bucket(), made)
        return
    events = _events(key, made.source)
    deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - SPARE_SECONDS
    published = router().publish(events, deadline, request_id=made.upload_id)
    left = published.left
    report(
        made.source,
        {"EventNotTaken": len(left), "PublishRetried": published.retried},
        by_entity=each("EventAccepted", published.taken(events)),
        invocation_id=context.aws_request_id,
        upload_id=made.upload_id,
        not_taken_for=sorted({reason for _, reason in left}),
    )
    if left:
        raise TransientFailure(f"{len(left)} of {len(events)} events of {key} were not taken")
    bucket().put(mark, b"")
    settle(bucket(), made)


def _events(key: str, source: str) -> list[Event]:
    part = bucket().get(key)
    if part is None:
        raise TransientFailure(f"{key} is not there")
    events = [Event.from_json(line.decode()) for line in part.splitlines()]
    if any(event.source != source for event in events):
        raise RejectedRecord("wrong_source", FieldError("source", f"must be {source!r}"))
    return events


def handler(event: dict[str, Any], context: "LambdaContext") -> None:
    """Take what S3 tells; S3 repeats nothing, but Lambda does what fails."""
    with Discretion():
        for record in event.get("Records", []):  # S3's own test of a notification has none.
            insert(unquote_plus(record["s3"]["object"]["key"]), context)


initialize(bucket, router)
