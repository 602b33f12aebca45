"""The extractor: stage one of uploaded files. S3 invokes it for each upload."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic_core import to_json

from ingestion.aws.start import build_at_start
from ingestion.catalog import Catalog
from ingestion.files.bucket import Bucket
from ingestion.files.extraction import Extraction, OutOfTime
from ingestion.files.report import Report
from ingestion.files.upload import Upload
from ingestion.settings import BULK_CLIENT_CONFIG, ExtractorSettings, packaged_catalog
from ingestion.telemetry.metrics import report
from ingestion.telemetry.redaction import hide_messages

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

FILES = "files"  # The `source` of metrics that belong to no source. No source has this name.


@dataclass(frozen=True)
class Runtime:
    """The catalog and clients of the extractor.

    If fewer than `hand_over_seconds` are left, another invocation continues. That time must suffice
    for one part and one report.
    """

    catalog: Catalog
    extraction: Extraction
    lambda_client: "LambdaClient"
    hand_over_seconds: float = 60

    @classmethod
    def build(cls, session: boto3.Session) -> Self:
        """Build the runtime from the function's environment and package."""
        settings, catalog = ExtractorSettings(), packaged_catalog()
        bucket = Bucket(session.client("s3", config=BULK_CLIENT_CONFIG), settings.bucket)
        return cls(
            catalog=catalog,
            extraction=Extraction(bucket, catalog, settings.max_upload_bytes),
            lambda_client=session.client("lambda", config=BULK_CLIENT_CONFIG),
        )


def extract(record: dict[str, Any], context: LambdaContext, runtime: Runtime) -> None:
    """Extract the upload of the S3 event record. If time runs out, invoke the function again."""
    upload = Upload.from_record(record)
    if upload.key.endswith("/"):  # Consoles create such an object for an empty folder.
        return
    try:
        ended = runtime.extraction.run(
            upload,
            lambda: context.get_remaining_time_in_millis() > runtime.hand_over_seconds * 1000,
        )
    except OutOfTime:
        runtime.lambda_client.invoke(
            FunctionName=context.function_name,
            InvocationType="Event",
            Payload=to_json({"Records": [record]}),
        )
    else:
        if ended:
            _count(ended, context, runtime.catalog)


def _count(ended: Report, context: LambdaContext, catalog: Catalog) -> None:
    counts = {"RowAccepted": ended.accepted, "RowRejected": ended.rejected}
    report(
        # Each name is a metric of its own and costs money, and a folder may have any name.
        ended.source if ended.source in catalog.sources else FILES,
        {"FileExtracted": 1, "FileRefused": int(bool(ended.refused)), **counts},
        invocation_id=context.aws_request_id,
        upload_id=ended.upload_id,
        refused=ended.refused,
    )


def handle(event: dict[str, Any], context: LambdaContext, runtime: Runtime) -> None:
    """Extract the uploads of an S3 notification. Lambda retries a failed invocation."""
    with hide_messages():
        for record in event.get("Records", []):  # S3's test notification has no records.
            extract(record, context, runtime)


runtime = build_at_start(lambda: Runtime.build(boto3.Session()))


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Handle one S3 notification."""
    handle(event, context, runtime())
