"""The inserter: stage two of uploaded files. S3 invokes it for each part, which it publishes."""

import time
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import unquote_plus

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from ingestion.aws.start import build_at_start
from ingestion.catalog import Catalog
from ingestion.errors import FieldError, RejectedRecord, TransientFailure
from ingestion.event import Event
from ingestion.files.balance import settle_report, write_mark
from ingestion.files.bucket import Bucket
from ingestion.files.upload import UploadKeys
from ingestion.messaging.router import Router
from ingestion.settings import BULK_CLIENT_CONFIG, InserterSettings, packaged_catalog
from ingestion.telemetry.metrics import metric_by_label, print_metrics
from ingestion.telemetry.redaction import hide_error_messages, name_upload


@dataclass(frozen=True)
class Runtime:
    """The catalog and clients of the inserter.

    `spare_seconds` must suffice for a last call to the topic, the mark and the report.
    """

    catalog: Catalog
    bucket: Bucket
    router: Router
    spare_seconds: float = 10

    @classmethod
    def build(cls, session: boto3.Session) -> Self:
        """Build the runtime from the function's environment and package."""
        settings = InserterSettings()
        bucket = Bucket(session.client("s3", config=BULK_CLIENT_CONFIG), settings.bucket)
        router = Router.build(session, settings.topic_arn, keeps_order=False)
        return cls(packaged_catalog(), bucket, router)


def insert_part(key: str, context: LambdaContext, runtime: Runtime) -> None:
    """Publish the events of a part, then write a mark.

    Raises RejectedRecord if the object is not a part of this platform, and TransientFailure if the
    topic does not accept all events. Lambda retries both, then uses the failure queue.
    """
    bucket, keys = runtime.bucket, UploadKeys.from_part(key)
    mark = keys.prefix("inserted") + key.rpartition("/")[2]
    if bucket.get_object(mark) is not None:
        settle_report(bucket, keys)
        return
    events = _read_events(bucket, key, keys.source)
    seconds_left = context.get_remaining_time_in_millis() / 1000 - runtime.spare_seconds
    deadline = time.monotonic() + seconds_left
    result = runtime.router.publish(events, deadline, request_id=keys.upload_id)
    unpublished, published = result.unpublished, result.count_published_by_entity(events)
    print_metrics(
        keys.source,
        {"EventNotTaken": len(unpublished), "PublishRetried": result.retried},
        by_entity=metric_by_label("EventAccepted", published),
        has_one_entity=runtime.catalog.has_one_entity(keys.source),
        invocation_id=context.aws_request_id,
        upload_id=keys.upload_id,
        not_taken_for=sorted({reason for _, reason in unpublished}),
    )
    if unpublished:
        raise TransientFailure(
            f"{len(unpublished)} of {len(events)} events of {key} were not published"
        )
    write_mark(bucket, mark, published.total())
    settle_report(bucket, keys)


def _read_events(bucket: Bucket, key: str, source: str) -> list[Event]:
    part = bucket.get_object(key)
    if part is None:
        raise TransientFailure(f"{key} is not there")
    events = [Event.from_json(line.decode()) for line in part[0].splitlines()]
    if any(event.source != source for event in events):
        raise RejectedRecord("wrong_source", FieldError("source", f"must be {source!r}"))
    return events


def handle(event: dict[str, Any], context: LambdaContext, runtime: Runtime) -> None:
    """Publish the parts of an S3 notification. Lambda retries a failed invocation."""
    with hide_error_messages():
        for record in event.get("Records", []):  # S3's test notification has no records.
            key = unquote_plus(record["s3"]["object"]["key"])
            with name_upload(*UploadKeys.from_part(key)):
                insert_part(key, context, runtime)


runtime = build_at_start(lambda: Runtime.build(boto3.Session()))


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Handle one S3 notification."""
    handle(event, context, runtime())
