"""The extractor: stage one of dropped files, called by S3 for each upload."""

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from pydantic_core import to_json

from ingestion.files.bucket import Bucket
from ingestion.files.extraction import Extraction, OutOfTime
from ingestion.files.report import Report
from ingestion.files.upload import Upload
from ingestion.settings import BULK_CLIENT_CONFIG, catalog, extractor_settings, initialize
from ingestion.telemetry.metrics import report
from ingestion.telemetry.redaction import Discretion

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

# What is left of a run when it hands over: room for a part, and for what the report needs.
HAND_OVER_SECONDS = 60
FILES = "files"  # In the place of a source for what has none: no source has this name.


@cache
def extraction() -> Extraction:
    """The bucket of this environment."""
    s3 = boto3.client("s3", config=BULK_CLIENT_CONFIG)
    settings = extractor_settings()
    return Extraction(Bucket(s3, settings.bucket), catalog(), settings.max_upload_bytes)


lambda_client = cache(lambda: boto3.client("lambda", config=BULK_CLIENT_CONFIG))


def extract(record: dict[str, Any], context: "LambdaContext") -> None:
    """Extract the upload that the S3 event record tells of, or as much of it as there is time."""
    upload = Upload.from_record(record)
    if upload.key.endswith("/"):  # What consoles make of an empty folder.
        return
    try:
        ended = extraction().run(
            upload, lambda: context.get_remaining_time_in_millis() > HAND_OVER_SECONDS * 1000
        )
    except OutOfTime:
        lambda_client().invoke(
            FunctionName=context.function_name,
            InvocationType="Event",
            Payload=to_json({"Records": [record]}),
        )
    else:
        if ended:
            _count(ended, context)


def _count(ended: Report, context: "LambdaContext") -> None:
    counts = {"RowAccepted": ended.accepted, "RowRejected": ended.rejected}
    report(
        # AWS turns a filter off that meets too many names, and a folder may have any.
        ended.source if ended.source in catalog().sources else FILES,
        {"FileExtracted": 1, "FileRefused": int(bool(ended.refused)), **counts},
        invocation_id=context.aws_request_id,
        upload_id=ended.upload_id,
        refused=ended.refused,
    )


def handler(event: dict[str, Any], context: "LambdaContext") -> None:
    """Take what S3 tells; S3 repeats nothing, but Lambda does what fails."""
    with Discretion():
        for record in event.get("Records", []):  # S3's own test of a notification has none.
            extract(record, context)


initialize(extraction)
