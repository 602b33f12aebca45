"""Uploaded files: list uploads, show a report or all rejected rows, process a file again."""

from itertools import islice
from sys import maxsize
from typing import Annotated

import typer

from ingestion.cli import redact_output
from ingestion.cli.files.chosen_uploads import entity_names, require_upload, wanted_uploads
from ingestion.cli.files.rejected_rows import read_rejected_rows
from ingestion.cli.files.retry import Retry
from ingestion.cli.files.status_output import describe_upload, print_status
from ingestion.cli.files.upload_status import State, StatusReader
from ingestion.cli.options import Columns, DryRun, Env, Limit, Shown, ShowPersonal, Since
from ingestion.cli.output import (
    console,
    exit_with_error,
    json_text,
    print_data,
    print_none,
)
from ingestion.cli.start.columns import COLUMNS
from ingestion.cli.start.completion import complete_source
from ingestion.cli.tables import choose_columns
from ingestion.cli.terminal.output_file import open_atomic
from ingestion.files.upload import NO_SOURCE

app = typer.Typer(no_args_is_help=True, help=__doc__)

UploadId = Annotated[str, typer.Argument(metavar="UPLOAD_ID", help="The id that `list` prints.")]
IdOrName = Annotated[
    str,
    typer.Argument(
        metavar="UPLOAD",
        help="The id that `list` prints, or a file name: its newest upload.",
    ),
]
SourceName = Annotated[
    str | None,
    typer.Option(
        "--source",
        autocompletion=complete_source,
        help=f"A source, or {NO_SOURCE} for folders that belong to none.",
    ),
]
Rejected = Annotated[
    bool,
    typer.Option("--rejected", help="Write all rejected rows as JSON Lines, and nothing else."),
]
To = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="With --rejected: the file; - for stdout (default)."),
]
OnlyState = Annotated[State | None, typer.Option("--state", help="Only uploads in this state.")]

WithRejected = Annotated[
    bool, typer.Option("--with-rejected", help="Only uploads with rejected rows.")
]


@app.command(name="list")
def list_uploads(
    deployment: Env,
    source: SourceName = None,
    since: Since = None,
    state: OnlyState = None,
    with_rejected: WithRejected = False,
    limit: Limit = 20,
    columns: Columns = None,
    output: Shown = "table",
) -> None:
    """List uploads with their state, the newest first."""
    wanted = wanted_uploads(deployment, source, since)
    statuses = StatusReader(deployment).read_statuses(wanted)
    matching = (each for each in statuses if each.matches(state, has_rejected=with_rejected))
    shown = [describe_upload(each) for each in islice(matching, limit or maxsize)]
    rows = [[line[name] for name in COLUMNS["files list"]] for line in shown]
    print_data(output, shown, choose_columns((COLUMNS["files list"], rows), columns))
    if not shown:
        noun = "upload with rejected rows" if with_rejected else "upload"
        print_none(noun, {"--source": source, "--since": since, "--state": state})
    elif len(shown) == limit < len(wanted):
        console.print("There may be more: see --limit")


@app.command()
def show(
    deployment: Env,
    upload: IdOrName,
    source: SourceName = None,
    rejected: Rejected = False,
    to: To = None,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Show the report of an upload, or write all its rejected rows."""
    if to is not None and not rejected:
        exit_with_error("--to needs --rejected")
    if rejected and output == "json":
        exit_with_error("--rejected always writes JSON Lines: omit --output")
    found = require_upload(deployment, upload, source, accepts_name=True)
    reader = StatusReader(deployment)
    names = None if show_personal else entity_names(deployment, found.keys.source)
    if rejected:
        with open_atomic(to or "-") as out:
            for row in read_rejected_rows(reader.bucket, found.keys):
                shown = row if names is None else redact_output.rejected_row(row, names)
                out.write(json_text(shown) + "\n")
        return
    print_status(reader.read_status(found), names, deployment, output)


@app.command()
def retry(
    deployment: Env,
    upload_id: UploadId,
    source: SourceName = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also if the upload is done, or still being processed.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Process an uploaded file again, from its first row. No row is stored twice."""
    found, reader = require_upload(deployment, upload_id, source), StatusReader(deployment)
    started = Retry(deployment, reader.bucket, reader.read_status(found))
    started.check(is_forced=force)
    if dry_run:
        console.print(started.plan)
        return
    started.start()
    command = deployment.command("files", "show", upload_id)
    console.print(f"{started.status.upload.key} is being read again: see `{command}`")
