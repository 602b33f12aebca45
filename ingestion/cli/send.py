"""The commands that send events: post the events of a file, or upload a file of rows."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO

import boto3
import httpx
import rich.progress
import typer

from ingestion.cli import redact_output
from ingestion.cli.client import uploader
from ingestion.cli.client.credentials import add_api_key, sign_aws, sign_webhook
from ingestion.cli.client.event_client import MAX_BATCH_EVENTS, EventClient, Summary, read_events
from ingestion.cli.client.posting import Auth, new_client
from ingestion.cli.client.rows import rows_as_events
from ingestion.cli.environment import Deployment
from ingestion.cli.options import Env, Output, Shown, ShowPersonal, SourceOption
from ingestion.cli.output import (
    ExitCode,
    console,
    exit_with_error,
    print_data,
    print_first,
    print_json,
)
from ingestion.cli.secrets import read_secrets
from ingestion.errors import RefusedFile
from ingestion.files.archive import FORMATS, check_file_name, open_unpacked
from ingestion.files.bucket import Bucket
from ingestion.files.report import Report
from ingestion.files.upload import UploadKeys

RowsFile = Annotated[
    Path,
    typer.Argument(
        help="CSV, TSV, JSON, JSON Lines or XLSX; also in .gz or .zip.",
        exists=True,
        dir_okay=False,
    ),
]
# Names that say what a file holds. Other names hold JSON.
_KNOWN = tuple(f".{suffix}" for suffix in (*FORMATS, "ndjson", "gz", "zip"))
_REPORT_FIELDS = (
    "state",
    "rows",
    "accepted",
    "rejected",
    "published",
    "parts",
    "extracted_at",
    "inserted_at",
)


def send(
    deployment: Env,
    file: Annotated[
        str,
        typer.Argument(help="A JSON document, an array, JSON Lines; also .gz, .zip; - for stdin."),
    ],
    source: SourceOption,
    batch: Annotated[
        int, typer.Option(help="Events in a request.", min=1, max=MAX_BATCH_EVENTS)
    ] = 100,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Send the events or rows of a file. Retries on 429 and 5xx use the same ids."""
    url, auth = _endpoint(deployment, source)
    summary = Summary()
    with _open(file) as (stream, lines), new_client(auth) as http:
        client = EventClient(url, http, batch, show_personal=show_personal)
        try:
            items = read_events(stream, lines=lines)
            client.send_events(rows_as_events(items, deployment.catalog.sources[source]), summary)
        finally:  # Also when interrupted: some events may have been accepted.
            _print_summary(summary, output)
    if not summary.accepted + summary.rejected + summary.not_taken:
        console.print(f"{file} holds no events")
    if summary.not_taken:
        raise typer.Exit(ExitCode.NOT_PUBLISHED)
    if summary.rejected:
        raise typer.Exit(ExitCode.REJECTED)


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
    url, auth = _endpoint(deployment, source)
    bucket = Bucket(deployment.client("s3"), deployment.bucket_name)
    with new_client(auth) as http:
        keys = _upload(http, url, file, bucket)
    if follow:
        report = _wait_for_report(bucket, keys)
        if not show_personal:
            report = redact_output.report(report, deployment.catalog.sources[source].entities)
        _print_report(report, keys, output)
    elif output == "json":
        print_json({"upload_id": keys.upload_id, "report": keys.report_key})
    else:
        console.print(f"Uploaded. The report will be s3://{bucket.name}/{keys.report_key}")


def _upload(http: httpx.Client, url: str, file: Path, bucket: Bucket) -> UploadKeys:
    try:
        check_file_name(file.name)
        with rich.progress.open(
            file, "rb", console=console, description=file.name, transient=True
        ) as content:
            size_bytes = file.stat().st_size
            return uploader.upload_file(
                http, url, file.name, content, size_bytes, bucket.find_version
            )
    except RefusedFile as refusal:
        exit_with_error(f"{file.name}: {refusal.detail}")
    except uploader.NotUploaded as error:
        exit_with_error(str(error), ExitCode.NOT_PUBLISHED)


def _wait_for_report(bucket: Bucket, keys: UploadKeys) -> Report:
    with console.status("Waiting for the report …") as status:
        try:
            for report in uploader.follow_report(bucket, keys):
                status.update(f"{report.state}: {report.rows:,} rows, {report.rejected:,} rejected")
        except uploader.NotUploaded as error:
            exit_with_error(str(error), ExitCode.NOT_PUBLISHED)
    return report


def _print_report(report: Report, keys: UploadKeys, output: Output) -> None:
    rows = [[name, getattr(report, name)] for name in _REPORT_FIELDS]
    print_data(output, report, (["upload", keys.upload_id], rows))
    if output == "table":
        print_first([f"line {row.line}: {row.reason}: {row.message}" for row in report.examples])
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


@contextmanager
def _open(file: str) -> Iterator[tuple[BinaryIO, bool]]:
    """Open the JSON of a file, also in .gz or .zip, and say whether its name promises lines."""
    if file == "-":
        yield sys.stdin.buffer, False
        return
    try:
        content = rich.progress.open(file, "rb", console=console, description=file, transient=True)
    except OSError as error:
        exit_with_error(f"{file}: {error.strerror}")
    with content as packed:
        if not file.lower().endswith(_KNOWN):
            yield packed, False
            return
        try:
            with open_unpacked(packed, file, Path(file).stat().st_size) as (file_format, stream):
                if file_format not in ("json", "jsonl"):
                    exit_with_error(f"{file}: holds a table: use `ingest upload {file}`")
                yield stream, file_format == "jsonl"
        except RefusedFile as refusal:
            exit_with_error(f"{file}: {refusal.detail}")


def _print_summary(summary: Summary, output: Output) -> None:
    counts = [summary.accepted, summary.rejected, summary.not_taken]
    print_data(output, summary, (["accepted", "rejected", "not taken"], [counts]))
    if output == "table":
        print_first(list(map(str, summary.errors)))


def _endpoint(deployment: Deployment, source: str) -> tuple[str, Auth]:
    """Return a source's URL and credentials. The command ends if it has none."""
    catalog = deployment.catalog.sources
    sources = {name: entry for name, entry in catalog.items() if name in deployment.queue_urls}
    if source not in sources:
        exit_with_error(
            f"{deployment.environment} has no source {source!r}: there are {', '.join(sources)}"
        )
    entry = sources[source]
    return f"{deployment.api_url}/{entry.path}", _auth(deployment, source, entry.auth)


def _auth(deployment: Deployment, source: str, kind: str) -> Auth:
    if kind == "iam":
        credentials = boto3.Session().get_credentials()
        if credentials is None:
            exit_with_error(
                f"{source} signs with AWS credentials, but there are none: configure them"
            )
        return partial(sign_aws, credentials=credentials, region=deployment.region)
    if source not in (
        deployment.api_keys if kind == "api_key" else deployment.webhook_secret_names
    ):
        exit_with_error(
            f"{source} is deployed with another `auth` than in the catalog: deploy the catalog"
        )
    if kind == "api_key":
        return partial(add_api_key, key=deployment.api_keys[source])
    _, live = read_secrets(deployment, source)
    if not live:
        exit_with_error(
            f"{source} has no secret: run `ingest secrets add --source {source}` with this --env"
        )
    return partial(sign_webhook, secret=live[-1].secret)
