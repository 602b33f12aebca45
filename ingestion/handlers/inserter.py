"""The inserter: stage two of dropped files, called by S3 for each part; hands it to the router."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import unquote_plus

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from ingestion.aws.encoding import write_calls
from ingestion.aws.start import build_at_start
from ingestion.catalog import Catalog
from ingestion.errors import FieldError, RejectedRecord, TransientFailure
from ingestion.event import Event
from ingestion.files.bucket import Bucket
from ingestion.files.extraction import settle
from ingestion.files.upload import Import
from ingestion.messaging.router import Router
from ingestion.settings import (
    BULK_CLIENT_CONFIG,
    CLIENT_CONFIG,
    POOL_SIZE,
    InserterSettings,
    packaged_catalog,
)
from ingestion.telemetry.metrics import each, report
from ingestion.telemetry.redaction import hide_messages


@dataclass(frozen=True)
class Runtime:
    """What the inserter works with.

    `spare_seconds` suffice for a last call to the topic, the mark and the report.
    """

    catalog: Catalog
    bucket: Bucket
    router: Router
    spare_seconds: float = 10

    @classmethod
    def build(cls, session: boto3.Session) -> Self:
        """Build the runtime from the function's environment and package."""
        settings = InserterSettings()
        sns = write_calls(session.client("sns", config=CLIENT_CONFIG))
        s3 = session.client("s3", config=BULK_CLIENT_CONFIG)
        return cls(
            catalog=packaged_catalog(),
            bucket=Bucket(s3, settings.bucket),
            router=Router(sns, settings.topic_arn, ThreadPoolExecutor(POOL_SIZE)),
        )


def insert(key: str, context: LambdaContext, runtime: Runtime) -> None:
    """Hand the events of a part to the router, then leave the part's mark.

    Raises RejectedRecord for what is no part of ours, TransientFailure where the router does not
    take all: Lambda repeats both, and then puts the invocation aside.
    """
    bucket, made = runtime.bucket, Import.of_part(key)
    mark = made.inserted_prefix + key.rpartition("/")[2]
    if bucket.get(mark) is not None:
        settle(bucket, made)
        return
    events = _events(bucket, key, made.source)
    seconds_left = context.get_remaining_time_in_millis() / 1000 - runtime.spare_seconds
    deadline = time.monotonic() + seconds_left
    published = runtime.router.publish(events, deadline, request_id=made.upload_id)
    left = published.left
    report(
        made.source,
        {"EventNotTaken": len(left), "PublishRetried": published.retried},
        by_entity=each("EventAccepted", published.taken(events)),
        has_one_entity=runtime.catalog.has_one_entity(made.source),
        invocation_id=context.aws_request_id,
        upload_id=made.upload_id,
        not_taken_for=sorted({reason for _, reason in left}),
    )
    if left:
        raise TransientFailure(f"{len(left)} of {len(events)} events of {key} were not taken")
    bucket.put_new(mark)
    settle(bucket, made)


def _events(bucket: Bucket, key: str, source: str) -> list[Event]:
    part = bucket.get(key)
    if part is None:
        raise TransientFailure(f"{key} is not there")
    events = [Event.from_json(line.decode()) for line in part.splitlines()]
    if any(event.source != source for event in events):
        raise RejectedRecord("wrong_source", FieldError("source", f"must be {source!r}"))
    return events


def handle(event: dict[str, Any], context: LambdaContext, runtime: Runtime) -> None:
    """Take what S3 tells; S3 repeats nothing, but Lambda does what fails."""
    with hide_messages():
        for record in event.get("Records", []):  # S3's own test of a notification has none.
            insert(unquote_plus(record["s3"]["object"]["key"]), context, runtime)


runtime = build_at_start(lambda: Runtime.build(boto3.Session()))


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Handle one S3 notification."""
    handle(event, context, runtime())
