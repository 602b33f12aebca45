"""The command that uploads a file of rows, and follows its report."""

from pathlib import Path
from typing import Annotated

import httpx
import typer

from ingestion.cli import redact_output
from ingestion.cli.client import uploader
from ingestion.cli.client.posting import new_client
from ingestion.cli.login.address import Address
from ingestion.cli.options import Env, Output, Shown, ShowPersonal, SourceOption
from ingestion.cli.output import (
    ExitCode,
    console,
    exit_with_error,
    open_file,
    print_data,
    print_grouped,
    print_json,
)
from ingestion.cli.sending.endpoint import endpoint_of, refusals_explained
from ingestion.cli.tables import Record, Whole
from ingestion.errors import RefusedFile
from ingestion.files.archive import check_file_name
from ingestion.files.bucket import Bucket
from ingestion.files.report import Report
from ingestion.files.upload import UploadKeys

RowsFile = Annotated[
    Path,
    typer.Argument(help="CSV, TSV, JSON, JSON Lines or XLSX; also in .gz or .zip."),
]
_REPORT_FIELDS = (
    "rows",
    "accepted",
    "rejected",
    "published",
    "parts",
    "extracted_at",
    "inserted_at",
)


def upload(
    deployment: Env,
    file: RowsFile,
    source: SourceOption,
    follow: Annotated[
        bool,
        typer.Option("--follow", help="Wait until all rows are inserted, and show the report."),
    ] = False,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Upload a file of rows as its source."""
    url, auth = endpoint_of(deployment, source)
    bucket = None
    if follow or not isinstance(deployment, Address):  # A URL says nothing about the bucket.
        bucket = Bucket(deployment.client("s3"), deployment.bucket_name)
    with refusals_explained(deployment, source), new_client(auth) as http:
        keys = _upload(http, url, file, bucket)
    if follow and bucket:
        report = _wait_for_report(bucket, keys, deployment.environment)
        if not show_personal:
            report = redact_output.report(report, deployment.catalog.sources[source].entities)
        _print_report(report, keys, output)
    elif output == "json":
        print_json({"upload_id": keys.upload_id, "report": keys.report_key})
    else:
        place = f"s3://{bucket.name}/" if bucket else "in the bucket of uploads: "
        console.print(f"Uploaded. The report will be {place}{keys.report_key}")


def _upload(http: httpx.Client, url: str, file: Path, bucket: Bucket | None) -> UploadKeys:
    find_version = bucket.find_version if bucket else _unknown_version
    try:
        check_file_name(file.name)
        with open_file(file, file.name) as content:
            size_bytes = file.stat().st_size
            return uploader.upload_file(http, url, file.name, content, size_bytes, find_version)
    except RefusedFile as refusal:
        exit_with_error(f"{file.name}: {refusal.detail}")
    except uploader.NotUploaded as error:
        exit_with_error(str(error), ExitCode.NOT_PUBLISHED)
    except KeyboardInterrupt:
        console.print(f"{file.name} is not uploaded: run the command again")
        raise


def _unknown_version(key: str) -> str:
    """Raise NotUploaded: only the bucket knows the version of a file that it stored."""
    raise uploader.NotUploaded(
        f"the bucket has the file, but its response was lost: ask the operator for the report of"
        f" {key}"
    )


def _wait_for_report(bucket: Bucket, keys: UploadKeys, environment: str) -> Report:
    try:
        with console.status("Waiting for the report …") as status:
            for report in uploader.follow_report(bucket, keys):
                status.update(f"{report.state}: {report.rows:,} rows, {report.rejected:,} rejected")
    except uploader.NotUploaded as error:
        exit_with_error(str(error), ExitCode.NOT_PUBLISHED)
    except KeyboardInterrupt:
        command = f"ingest files show {keys.upload_id} --env {environment}"
        console.print(f"The file is uploaded. To see its report, run `{command}`")
        raise
    return report


def _print_report(report: Report, keys: UploadKeys, output: Output) -> None:
    fields = [("state", report.shown_state)]
    fields += [(name, getattr(report, name)) for name in _REPORT_FIELDS]
    print_data(output, report, Record([(Whole("upload"), keys.upload_id), *fields]))
    if output == "table":
        examples = report.examples
        print_grouped("line", [(row.line, f"{row.reason}: {row.message}") for row in examples])
        if report.rejected > len(report.examples):
            console.print(f"… see {keys.prefix('rejected')} for all {report.rejected}")
        if report.refused:
            console.print(f"Refused: {report.refused}: {report.detail}")
    if report.state == "unbalanced":
        exit_with_error(
            "rows or events of the file were lost: rows must equal accepted + rejected, and "
            "published must equal accepted. Upload the file again",
            ExitCode.NOT_PUBLISHED,
        )
    if report.refused or report.rejected:
        raise typer.Exit(ExitCode.REJECTED)
