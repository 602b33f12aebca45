"""The pages of one upload: its report, and its rejected rows, as `ingest files show` does."""

from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli import redact_output
from ingestion.cli.console.outdated import with_valid_catalog
from ingestion.cli.console.pages import page
from ingestion.cli.console.parameters import number, personal_parameter, shows_personal
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.urls import upload_url
from ingestion.cli.console.words import personal_words
from ingestion.cli.files.chosen_uploads import entity_names, require_upload
from ingestion.cli.files.rejected_rows import Place, Row, rejected_rows_from
from ingestion.cli.files.status_output import SUMMARY, missing_columns, upload_document
from ingestion.cli.files.upload_status import StatusReader

ROWS = 50  # Of a page.

Json = dict[str, Any]


def show_upload(request: Request) -> Response:
    """Show the state of an upload, its counts, and the first rejected rows."""
    runtime, upload_id = runtime_of(request), request.path_params["id"]
    deployment, _ = with_valid_catalog(runtime.deployment)
    found = require_upload(deployment, upload_id)
    is_shown = shows_personal(request)
    names = None if is_shown else entity_names(deployment, found.keys.source)
    reader = StatusReader(deployment, read_dead_letters=runtime.dead_letters.read_queues)
    document = upload_document(reader.read_status(found), names)
    return page(
        request,
        "files/upload.html",
        title=document["name"] or upload_id,
        command=["files", "show", upload_id, *personal_words(is_shown=is_shown)],
        upload=document,
        facts_of_upload=[(name, document.get(name)) for name in SUMMARY],
        reasons=list(document.get("rejections", {}).items()),
        examples=[
            (each["line"], each["reason"], each["message"]) for each in document.get("examples", [])
        ],
        missing=missing_columns(document),
        rows_url=upload_url(upload_id, "rows", personal=personal_parameter(request)),
    )


def show_rejected_rows(request: Request) -> Response:
    """Show a page of the rejected rows, each with its errors."""
    deployment, _ = with_valid_catalog(runtime_of(request).deployment)
    upload_id = request.path_params["id"]
    first = Place(number(request, "part", 0, 0), number(request, "row", 0, 0))
    found, bucket = require_upload(deployment, upload_id), StatusReader(deployment).bucket
    placed = list(islice(rejected_rows_from(bucket, found.keys, first), ROWS + 1))
    rows = [row for _, row in placed[:ROWS]]
    is_shown = shows_personal(request)
    if not is_shown:
        names = list(entity_names(deployment, found.keys.source))
        rows = [redact_output.rejected_row(row, names) for row in rows]
    after = placed[ROWS][0]._asdict() if len(placed) > ROWS else None
    personal = personal_parameter(request)
    return page(
        request,
        "files/rows.html",
        title="Rejected rows",
        upload_id=upload_id,
        command=["files", "show", upload_id, "--rejected", *personal_words(is_shown=is_shown)],
        rows=[_shown(row) for row in rows],
        back_url=upload_url(upload_id, personal=personal),
        first_url=upload_url(upload_id, "rows", personal=personal) if first != Place() else None,
        next_url=upload_url(upload_id, "rows", **after, personal=personal) if after else None,
    )


def _shown(row: Row) -> Json:
    """Return a rejected row for the page: its line, its errors, and the row itself."""
    return {
        "line": row.get("line"),
        "errors": [
            (each.get("reason"), each.get("field"), each.get("message"))
            for each in row.get("errors", [])
        ],
        "row": row.get("row"),
    }
