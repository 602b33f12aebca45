"""Prints the state and the report of an upload."""

from collections.abc import Iterable
from typing import Any

from ingestion.cli import redact_output
from ingestion.cli.environment import Deployment
from ingestion.cli.files.upload_status import UploadStatus
from ingestion.cli.options import Output
from ingestion.cli.output import console, print_data, print_grouped
from ingestion.cli.tables import Record

_NAMES = ("upload_id", "state", "source", "key")
_COUNTS = ("rows", "accepted", "ignored", "rejected", "events", "published", "parts", "runs")
_TIMES = ("uploaded_at", "started_at", "extracted_at", "inserted_at")
SUMMARY = (*_NAMES, *_COUNTS, *_TIMES)


def describe_upload(status: UploadStatus) -> dict[str, Any]:
    """Return the fields of an upload in a list."""
    upload, report = status.upload, status.report
    return {
        "source": status.found.keys.source,
        "upload_id": status.found.keys.upload_id,
        "name": upload.key.rpartition("/")[2],
        "key": upload.key,
        "state": status.state,
        "refused": report.refused if report else "",
        "rows": report.rows if report else None,
        "ignored": report.ignored if report else None,
        "rejected": report.rejected if report else None,
        "events": report.events if report else None,
        "uploaded_at": upload.uploaded_at,
    }


def upload_document(status: UploadStatus, names: Iterable[str] | None) -> dict[str, Any]:
    """Return an upload with its report. Hide personal data if `names`, its entities, are given."""
    report = status.report
    if report and names is not None:
        report = redact_output.report(report, names)
    return (report.model_dump() if report else {}) | describe_upload(status)


def print_status(
    status: UploadStatus, names: Iterable[str] | None, deployment: Deployment, output: Output
) -> None:
    """Print an upload with its report. Hide personal data if `names`, its entities, are given."""
    document = upload_document(status, names)
    print_data(
        output,
        document,
        Record([(name, document.get(name)) for name in SUMMARY]),
        (["rejected because", "rows"], document.get("rejections", {}).items()),
    )
    if output == "table":
        _print_hints(status, document, deployment)


def missing_columns(document: dict[str, Any]) -> str:
    """Return which columns the file lacks, and what that means; nothing if it lacks none."""
    if not (missing := document.get("missing_columns")):
        return ""
    return (
        f"Missing columns: {', '.join(missing)}. The rules read them, so the fields of these"
        " columns have no value"
    )


def _print_hints(status: UploadStatus, document: dict[str, Any], deployment: Deployment) -> None:
    upload_id, examples = document["upload_id"], document.get("examples", [])
    print_grouped(
        "line", [(each["line"], "{reason}: {message}".format(**each)) for each in examples]
    )
    if missing := missing_columns(document):
        console.print(missing)
    if examples:
        command = deployment.command("files", "show", upload_id, "--rejected")
        console.print(f"All rejected rows: {command}")
    if document["refused"]:
        console.print(f"Refused: {document['refused']}: {document['detail']}")
    if status.state == "stuck":
        failed_calls = deployment.command("dlq", "list", "--source", "files")
        retry = deployment.command("files", "retry", upload_id)
        console.print(
            f"Stuck: `{failed_calls}` shows failed calls. Remove the cause, then run `{retry}`"
        )
