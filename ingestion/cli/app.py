"""The `ingest` command: send events to a deployed environment and read what it stores.

Exit codes: 0 done, 1 the environment is unknown or unreachable, 2 wrong usage, 3 not found,
4 some events were rejected or some references are dangling (fix them), 5 some events were not
published (send them again).
"""

import os
import sys

import typer

from ingestion.cli import check, secrets, tail
from ingestion.cli.dlq import commands as dlq
from ingestion.cli.entities import commands as entities
from ingestion.cli.entities import reindex
from ingestion.cli.environment import THIS_CHECKOUT, Checkout
from ingestion.cli.failures import EXPECTED, describe_failure
from ingestion.cli.options import Env, Shown
from ingestion.cli.output import (
    ExitCode,
    console,
    escape_unprintable_output,
    print_data,
    print_json,
)
from ingestion.cli.sending.send import send
from ingestion.cli.sending.upload import upload
from ingestion.openapi import asyncapi, openapi

app = typer.Typer(no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)
app.add_typer(entities.app)
app.add_typer(reindex.app, name="entities")
app.add_typer(check.app, name="check")
app.add_typer(dlq.app, name="dlq")
app.add_typer(secrets.app, name="secrets")
app.command()(send)
app.command()(upload)
app.command()(tail.tail)


@app.command()
def sources(deployment: Env, output: Shown = "table") -> None:
    """List the sources of the catalog, and the URLs to which they post."""
    rows = [
        {"source": name, "url": f"{deployment.api_url}/{source.path}", **source.model_dump()}
        for name, source in deployment.catalog.sources.items()
    ]
    table = [[row["source"], ", ".join(row["entities"]), row["auth"], row["url"]] for row in rows]
    print_data(output, rows, (["source", "entities", "auth", "post to"], table))


@app.command(name="openapi")
def print_openapi(deployment: Env) -> None:
    """Print the OpenAPI document of the HTTP API."""
    print_json(openapi.document(deployment.catalog, deployment.api_url))


@app.command(name="asyncapi")
def print_asyncapi(deployment: Env) -> None:
    """Print the AsyncAPI document of the change feed."""
    print_json(asyncapi.document(deployment.change_topic_arn))


def main(checkout: Checkout = THIS_CHECKOUT) -> None:
    """Run the command. Print an expected error as one line."""
    escape_unprintable_output()
    try:
        try:
            app(obj=checkout)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # The reader, such as `head`, has enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.UNREACHABLE)
    except (*EXPECTED, OSError, UnicodeEncodeError) as error:
        console.print(describe_failure(error))
        sys.exit(ExitCode.UNREACHABLE)


if __name__ == "__main__":
    main()
