"""The extractor: stage one of uploaded files. S3 invokes it for each upload."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic_core import to_json

from ingestion.aws.start import build_at_start
from ingestion.files.bucket import Bucket
from ingestion.files.document import DocumentText
from ingestion.files.extraction import Extraction
from ingestion.files.report import Report
from ingestion.files.upload import NO_SOURCE, Upload
from ingestion.settings import BULK_CLIENT_CONFIG, ExtractorSettings, packaged_catalog
from ingestion.store.reader import TableReader
from ingestion.telemetry.metrics import print_metrics
from ingestion.telemetry.redaction import hide_error_messages, name_upload

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


@dataclass(frozen=True)
class Runtime:
    """The extraction of files, and the client that continues one in another invocation.

    If fewer than `hand_over_seconds` are left after a part, another invocation continues. If fewer
    than `stop_seconds` are left within a part, the run ends: that time must suffice for a report.
    """

    extraction: Extraction
    lambda_client: "LambdaClient"
    hand_over_seconds: float = 60
    stop_seconds: float = 30

    @classmethod
    def build(cls, session: boto3.Session) -> Self:
        """Build the runtime from the function's environment and package."""
        settings = ExtractorSettings()
        bucket = Bucket(session.client("s3", config=BULK_CLIENT_CONFIG), settings.bucket)
        dynamodb = session.client("dynamodb", config=BULK_CLIENT_CONFIG)
        table = TableReader(dynamodb, settings.table_name)
        read = partial(_read_document, settings.memory_mb)
        extraction = Extraction(bucket, packaged_catalog(), table, settings.max_upload_bytes, read)
        return cls(extraction, session.client("lambda", config=BULK_CLIENT_CONFIG))


def extract_upload(record: dict[str, Any], context: LambdaContext, runtime: Runtime) -> None:
    """Extract the upload of the S3 event record. If time runs out, invoke the function again."""
    upload = _upload_of(record, runtime)
    # Consoles create such an object for an empty folder.
    if upload.key.endswith("/") and not upload.size_bytes:
        return
    seconds_left = partial(_seconds_left, context)
    report = runtime.extraction.extract_upload(
        upload,
        lambda: seconds_left() > runtime.hand_over_seconds,
        lambda: seconds_left() < runtime.stop_seconds,
        partial(print_row_metrics, context=context, runtime=runtime),
    )
    if report and report.state == "extracting":
        runtime.lambda_client.invoke(
            FunctionName=context.function_name,
            InvocationType="Event",
            Payload=to_json({"Records": [record]}),
        )


def _read_document(
    memory_mb: int, file: BinaryIO, name: str, encoding: str, must_stop: Callable[[], bool]
) -> DocumentText:
    # Only one package has this code.
    from ingestion.files.documents.isolated import read_isolated
    from ingestion.files.documents.memory import memory_for_reading

    return read_isolated(file, name, encoding, must_stop, memory_for_reading(memory_mb))


def _upload_of(record: dict[str, Any], runtime: Runtime) -> Upload:
    return Upload.from_record(record, runtime.extraction.catalog.default_source)


def _seconds_left(context: LambdaContext) -> float:
    return context.get_remaining_time_in_millis() / 1000


def print_row_metrics(report: Report, context: LambdaContext, runtime: Runtime) -> None:
    """Print the metrics of a file that is read to its end."""
    counts = {
        "RowAccepted": report.accepted,
        "RowRejected": report.rejected,
        "EventIgnored": report.ignored,
        "ColumnMissing": len(report.missing_columns),
    }
    print_metrics(
        _shown_source(report.source, runtime),
        {"FileExtracted": 1, **counts},
        of_all_sources={"FileRefused": int(bool(report.refused))},
        invocation_id=context.aws_request_id,
        upload_id=report.upload_id,
        refused=report.refused,
    )


def _shown_source(folder: str, runtime: Runtime) -> str:
    """Return the source of a folder, which may have any name.

    Each name in the metrics is a metric of its own and costs money.
    """
    return folder if folder in runtime.extraction.catalog.sources else NO_SOURCE


def handle(event: dict[str, Any], context: LambdaContext, runtime: Runtime) -> None:
    """Extract the uploads of an S3 notification. Lambda retries a failed invocation."""
    with hide_error_messages():
        for record in event.get("Records", []):  # S3's test notification has no records.
            folder, upload_id = _upload_of(record, runtime).keys
            with name_upload(_shown_source(folder, runtime), upload_id):
                extract_upload(record, context, runtime)


runtime = build_at_start(lambda: Runtime.build(boto3.Session()))


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Handle one S3 notification."""
    handle(event, context, runtime())
