"""The command that uploads a file of rows or a document, and follows its report."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer

from ingestion.cli.client import uploader
from ingestion.cli.client.posting import Unreachable, new_client
from ingestion.cli.environment import Deployment
from ingestion.cli.files.found_uploads import FoundUpload
from ingestion.cli.files.status_output import print_status
from ingestion.cli.files.upload_status import UploadStatus
from ingestion.cli.login.api_access import ApiAccess, needs_login
from ingestion.cli.options import EnvOrUrl, Output, Shown, ShowPersonal, SourceOption
from ingestion.cli.output import (
    ExitCode,
    console,
    exit_with_error,
    print_json,
)
from ingestion.cli.sending.endpoint import endpoint_of, refusals_explained
from ingestion.cli.terminal.progress import open_file
from ingestion.errors import IngestionError, RefusedFile
from ingestion.files.archive import check_file_name
from ingestion.files.bucket import Bucket
from ingestion.files.report import Report
from ingestion.files.upload import UploadKeys
from ingestion.files.upload_url import PresignedUpload

UploadedFile = Annotated[
    Path,
    typer.Argument(help="CSV, TSV, JSON, JSON Lines or XLSX, also in .gz or .zip; or a document."),
]


def upload(
    deployment: EnvOrUrl,
    file: UploadedFile,
    source: SourceOption,
    follow: Annotated[
        bool,
        typer.Option("--follow", help="Wait until all rows are inserted, and show the report."),
    ] = False,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Upload a file of rows, or a document, as its source."""
    url, auth = endpoint_of(deployment, source)
    if follow and isinstance(deployment, ApiAccess):
        raise needs_login(deployment)
    bucket = _bucket_of(deployment)
    _check_name(file, source, deployment)
    with refusals_explained(deployment, source), new_client(auth) as http:
        keys = _upload(http, url, file, bucket, deployment)
    if keys and bucket and follow and isinstance(deployment, Deployment):
        report = _wait_for_report(bucket, keys, deployment)
        print_report(deployment, keys, report, show_personal=show_personal, output=output)
    else:
        _print_upload(keys, bucket, output)


def _check_name(file: Path, source: str | None, deployment: Deployment | ApiAccess) -> None:
    """End the command if the name shows no format. The API alone knows the sources of a URL."""
    if isinstance(deployment, ApiAccess) or source in deployment.catalog.document_sources:
        return
    try:
        check_file_name(file.name)
    except RefusedFile as refusal:
        exit_with_error(f"{file.name}: {refusal.detail}")


def _bucket_of(deployment: Deployment | ApiAccess) -> Bucket | None:
    """Return the bucket of uploads. A URL says nothing about it."""
    if isinstance(deployment, ApiAccess):
        return None
    return Bucket(deployment.client("s3"), deployment.bucket_name)


class _VersionUnknown(IngestionError):
    """The bucket has the file, and only the bucket knows the version that the id is made of."""


def _print_upload(keys: UploadKeys | None, bucket: Bucket | None, output: Output) -> None:
    if output == "json":
        report = keys.report_key if keys else None
        print_json({"upload_id": keys and keys.upload_id, "report": report})
    elif keys:
        place = f"s3://{bucket.name}/" if bucket else "in the bucket of uploads: "
        console.print(f"Uploaded. The report will be {place}{keys.report_key}")
    if keys is None:
        console.print(
            "Uploaded. The response with the upload id was lost: the operator finds the id with"
            " `ingest files list`"
        )


def _upload(
    http: httpx.Client,
    url: str,
    file: Path,
    bucket: Bucket | None,
    deployment: Deployment | ApiAccess,
) -> UploadKeys | None:
    """Upload the file. Return its keys; None if they are unknown, because a response was lost."""
    find_version = bucket.find_version if bucket else _unknown_version
    try:
        with open_file(file, file.name) as content:
            presigned = _request_upload(http, url, file)
            with _doubts_explained(deployment, file.name, presigned.key):
                return uploader.put_file(http, presigned, content, find_version)
    except uploader.NotUploaded as error:
        exit_with_error(str(error), ExitCode.NOT_PUBLISHED)
    except _VersionUnknown:
        return None


def _request_upload(http: httpx.Client, url: str, file: Path) -> PresignedUpload:
    try:
        return uploader.request_upload(http, url, file.name, file.stat().st_size)
    except KeyboardInterrupt:
        console.print(f"{file.name} is not uploaded: nothing of it was sent")
        raise


@contextmanager
def _doubts_explained(deployment: Deployment | ApiAccess, name: str, key: str) -> Iterator[None]:
    """Print how to see whether the bucket has the file, if its response is missing."""
    try:
        yield
    except (KeyboardInterrupt, Unreachable):
        source = UploadKeys.from_upload(key, "").source
        command = deployment.command("files", "list", "--source", source)
        if isinstance(deployment, ApiAccess):  # A URL lists no uploads.
            command = f"ingest files list --source {source}"
        console.print(f"{name} may be uploaded or not: `{command}` shows it")
        raise


def _unknown_version(_: str) -> str:
    raise _VersionUnknown


def _wait_for_report(bucket: Bucket, keys: UploadKeys, deployment: Deployment) -> Report:
    try:
        with console.status("Waiting for the report …") as status:
            for report in uploader.follow_report(bucket, keys):
                status.update(f"{report.shown_state}: {_counts(report)}")
    except uploader.NotUploaded as error:
        failed_calls = deployment.command("dlq", "list", "--source", "files")
        exit_with_error(f"{error}: see `{failed_calls}`", ExitCode.NOT_PUBLISHED)
    except KeyboardInterrupt:
        command = deployment.command("files", "show", keys.upload_id)
        console.print(f"The file is uploaded. To see its report, run `{command}`")
        raise
    return report


def _counts(report: Report) -> str:
    ignored = f"{report.ignored:,} ignored, " if report.ignored else ""
    return f"{report.rows:,} rows, {ignored}{report.rejected:,} rejected, {report.events:,} events"


def print_report(
    deployment: Deployment, keys: UploadKeys, report: Report, *, show_personal: bool, output: Output
) -> None:
    """Print the report as `ingest files show` does. The command ends unless all rows are stored."""
    found = FoundUpload(keys, datetime.fromisoformat(report.uploaded_at))
    status = UploadStatus(found, report.shown_state, report, None)
    entities = None if show_personal else deployment.catalog.sources[keys.source].entities
    print_status(status, entities, deployment, output)
    if report.state == "unbalanced":
        exit_with_error(
            "rows or events of the file were lost: rows must equal accepted + ignored + rejected,"
            " and published must equal events. Run"
            f" `{deployment.command('files', 'retry', keys.upload_id)}`",
            ExitCode.NOT_PUBLISHED,
        )
    if report.refused or report.rejected:
        raise typer.Exit(ExitCode.REJECTED)
