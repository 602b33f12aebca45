"""The `ingest` command: send events to a deployed environment and read what it stores.

Exit codes: 0 done, 1 the environment is missing or out of reach, 2 wrong usage, 3 not found,
4 some events were refused, or references dangle (mend them), 5 some were not taken (send them
again).
"""

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, BinaryIO

import rich.progress
import typer
from botocore.exceptions import BotoCoreError, ClientError

from ingestion import browse, check, dlq, openapi
from ingestion.browse import EntityName, model_of
from ingestion.deployment import Deployment, load_catalog
from ingestion.errors import IngestionError
from ingestion.sender import MAX_BATCH_EVENTS, Sender, Summary, read
from ingestion.terminal import (
    NOT_TAKEN,
    REFUSED,
    UNREACHABLE,
    WRONG_USAGE,
    Env,
    Output,
    Shown,
    cell,
    print_json,
    print_table,
    stop,
    talk,
)

_SHOWN_REFUSALS = 20

app = typer.Typer(no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)
app.add_typer(browse.app)
app.add_typer(check.app, name="check")
app.add_typer(dlq.app, name="dlq")


@app.command()
def send(
    file: Annotated[
        str, typer.Argument(help="A JSON document, an array, JSON Lines; - for stdin.")
    ],
    source: Annotated[str, typer.Option(help="The source that sends, as the catalog names it.")],
    env: Env = "local",
    batch: Annotated[
        int, typer.Option(help="Events a request.", min=1, max=MAX_BATCH_EVENTS)
    ] = 100,
    output: Shown = Output.TABLE,
) -> None:
    """Send the events of a file. Repeats on 429 and 503 with the same ids."""
    deployment = Deployment.load(env)
    sources = load_catalog().sources
    entry = sources.get(source)
    if entry is None or source not in deployment.api_keys:
        known = ", ".join(name for name in deployment.api_keys if name in sources)
        stop(f"{env} has no source {source!r}: there are {known}", WRONG_USAGE)
    sender = Sender(f"{deployment.api_url}/{entry.path}", deployment.api_keys[source], batch)
    summary = Summary()
    with _open(file) as stream:
        try:
            sender.send(read(stream, lines=file.endswith((".jsonl", ".ndjson"))), summary)
        finally:  # Also when interrupted: what was taken is taken.
            _show_summary(summary, output)
    if not summary.accepted + summary.rejected + summary.not_taken:
        talk.print(f"{file} holds no events")
    if summary.not_taken:
        raise typer.Exit(NOT_TAKEN)
    if summary.rejected:
        raise typer.Exit(REFUSED)


def _open(file: str) -> AbstractContextManager[BinaryIO]:
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return rich.progress.open(file, "rb", console=talk, description=file, transient=True)
    except OSError as error:
        stop(f"{file}: {error.strerror}", WRONG_USAGE)


def _show_summary(summary: Summary, output: Output) -> None:
    if output is Output.JSON:
        refusals = [refusal._asdict() for refusal in summary.refusals]
        counts = {
            "accepted": summary.accepted,
            "rejected": summary.rejected,
            "not_taken": summary.not_taken,
        }
        print_json(counts | {"errors": refusals})
        return
    print_table(
        ["accepted", "rejected", "not taken"],
        [[summary.accepted, summary.rejected, summary.not_taken]],
    )
    for refusal in summary.refusals[:_SHOWN_REFUSALS]:
        place = f"{refusal.field}: " if refusal.field else ""
        talk.print(f"line {refusal.line}: {refusal.reason}: {place}{cell(refusal.message)}")
    if len(summary.refusals) > _SHOWN_REFUSALS:
        talk.print(f"… and {len(summary.refusals) - _SHOWN_REFUSALS} more: see -o json")


@app.command()
def sources(env: Env = "local", output: Shown = Output.TABLE) -> None:
    """List the sources of the catalog and where the environment takes their events."""
    url = Deployment.load(env).api_url
    rows = [
        {"source": name, "url": f"{url}/{source.path}", **source.model_dump()}
        for name, source in load_catalog().sources.items()
    ]
    if output is Output.JSON:
        print_json(rows)
    else:
        print_table(
            ["source", "entities", "auth", "post to"],
            [[row["source"], ", ".join(row["entities"]), row["auth"], row["url"]] for row in rows],
        )


@app.command()
def schema(entity: EntityName) -> None:
    """Print the JSON Schema of an entity."""
    print_json(model_of(entity).model_json_schema())


@app.command(name="openapi")
def print_openapi(env: Env = "local") -> None:
    """Print the OpenAPI document of what sources may post and are answered."""
    print_json(openapi.document(load_catalog(), Deployment.load(env).api_url))


def main() -> None:
    """Run the command; what is missing or out of reach is said in one line."""
    try:
        app()
    except (IngestionError, BotoCoreError, ClientError) as error:
        talk.print(str(error))
        sys.exit(UNREACHABLE)


if __name__ == "__main__":
    main()
