"""The `ingest` command: send events to a deployed environment and read what it stores.

Exit codes: 0 done, 1 the environment is missing or out of reach, 2 wrong usage, 3 not found,
4 some events were refused (mend them), 5 some were not taken (send them again).
"""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import Annotated, Any, BinaryIO

import rich.progress
import typer
from botocore.exceptions import BotoCoreError, ClientError

import entities
from entities.base import Entity
from ingestion import asyncapi, dlq, openapi, tail
from ingestion.deployment import Deployment, load_catalog
from ingestion.errors import IngestionError
from ingestion.item import plain
from ingestion.sender import MAX_BATCH_EVENTS, Sender, Summary, read
from ingestion.store import ENTITY_NAME, ENTITY_NAME_INDEX, EVENT, ID
from ingestion.terminal import (
    NOT_FOUND,
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
app.add_typer(dlq.app, name="dlq")
app.command()(tail.tail)


EntityName = Annotated[str, typer.Argument(metavar="ENTITY", help="Such as EQUIPMENT.")]


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
    entry = load_catalog().sources.get(source)
    if entry is None or source not in deployment.api_keys:
        stop(
            f"{env} has no source {source!r}: there are {', '.join(deployment.api_keys)}",
            WRONG_USAGE,
        )
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
def get(
    entity: EntityName,
    entity_id: Annotated[str, typer.Argument(metavar="ID")],
    env: Env = "local",
    output: Shown = Output.TABLE,
) -> None:
    """Show one entity and the event that made it so."""
    _check_entity(entity)
    deployment = Deployment.load(env)
    item = (
        deployment.client("dynamodb")
        .get_item(TableName=deployment.table_name, Key={ID: {"S": f"{entity}#{entity_id}"}})
        .get("Item")
    )
    if item is None or ENTITY_NAME not in item:
        stop(f"{env} has no {entity} {entity_id!r}", NOT_FOUND)
    found = plain(item)
    if output is Output.JSON:
        print_json(found)
    else:
        event = found.pop(EVENT)
        rows = found | {f"event {name}": value for name, value in event.items()}
        print_table(["field", "value"], [[name, value] for name, value in rows.items()])


@app.command(name="list")
def list_entities(
    entity: EntityName,
    env: Env = "local",
    limit: Annotated[int, typer.Option(help="At most so many; 0 for all.", min=0)] = 100,
    output: Shown = Output.TABLE,
) -> None:
    """List entities by the index EntityNameIndex, ordered by id."""
    model = _check_entity(entity)
    found = _query(Deployment.load(env), entity)
    items = list(islice(found, limit or None))
    if output is Output.JSON:
        print_json(items)
    else:
        columns = list(model.model_fields)
        rows = [[*map(item.get, columns), item[EVENT]["time"]] for item in items]
        print_table([*columns, "time"], rows)
    if limit and next(found, None) is not None:
        talk.print(f"… there are more than {limit}: see --limit")


def _query(deployment: Deployment, entity: str) -> Iterator[dict[str, Any]]:
    pages = (
        deployment.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=deployment.table_name,
            IndexName=ENTITY_NAME_INDEX,
            KeyConditionExpression="#name = :name",
            ExpressionAttributeNames={"#name": ENTITY_NAME},
            ExpressionAttributeValues={":name": {"S": entity}},
        )
    )
    return (plain(item) for page in pages for item in page["Items"])


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
    print_json(_check_entity(entity).model_json_schema())


@app.command(name="openapi")
def print_openapi(env: Env = "local") -> None:
    """Print the OpenAPI document of what sources may post and are answered."""
    print_json(openapi.document(load_catalog(), Deployment.load(env).api_url))


@app.command(name="asyncapi")
def print_asyncapi(env: Env = "local") -> None:
    """Print the AsyncAPI document of the change feed."""
    print_json(asyncapi.document(Deployment.load(env).change_topic_arn))


def _check_entity(name: str) -> type[Entity]:
    if name not in entities.models():
        stop(f"unknown entity {name!r}: there are {', '.join(entities.models())}", WRONG_USAGE)
    return entities.models()[name]


def main() -> None:
    """Run the command; what is missing or out of reach is said in one line."""
    try:
        app()
    except (IngestionError, BotoCoreError, ClientError) as error:
        talk.print(str(error))
        sys.exit(UNREACHABLE)


if __name__ == "__main__":
    main()
