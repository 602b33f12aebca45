"""Commands that describe an environment: its sources and the documents of its API."""

from ingestion.cli.options import Columns, Env, Shown
from ingestion.cli.output import print_data, print_json
from ingestion.cli.start.columns import COLUMNS
from ingestion.cli.tables import choose_columns
from ingestion.openapi import asyncapi, openapi


def sources(deployment: Env, columns: Columns = None, output: Shown = "table") -> None:
    """List the sources of the catalog, and the URLs to which they post."""
    rows = [
        {"source": name, "url": f"{deployment.api_url}/{source.path}", **source.model_dump()}
        for name, source in deployment.catalog.sources.items()
    ]
    table = [[row["source"], ", ".join(row["entities"]), row["auth"], row["url"]] for row in rows]
    print_data(output, rows, choose_columns((COLUMNS["sources"], table), columns))


def print_openapi(deployment: Env) -> None:
    """Print the OpenAPI document of the HTTP API."""
    print_json(openapi.document(deployment.catalog, deployment.api_url))


def print_asyncapi(deployment: Env) -> None:
    """Print the AsyncAPI document of the change feed."""
    print_json(asyncapi.document(deployment.change_topic_arn))
