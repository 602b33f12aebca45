"""The words that a shell may complete: environments, sources, queues, entities and reasons.

Without a valid catalog there are no sources to offer, and no error.
"""

from contextlib import suppress

import typer

from ingestion.cli.catalog_file import BadCatalog
from ingestion.cli.dlq.names import OTHER_QUEUES, REASONS
from ingestion.cli.environment import Deployment, UnknownEnvironment, load_catalog, load_models
from ingestion.cli.login.known import default_environment, environments


def complete_environment(context: typer.Context) -> list[str]:
    """Return the environments of the checkout and of the logins."""
    return environments(context.find_root().obj)


def complete_source(context: typer.Context) -> list[str]:
    """Return the sources of the environment that --env names, or else of the checkout."""
    checkout = context.find_root().obj
    environment = context.params.get("deployment") or default_environment(checkout)
    with suppress(BadCatalog):
        try:
            return list(Deployment.load(environment, checkout).catalog.sources)
        except UnknownEnvironment:
            return list(load_catalog(checkout).sources)
    return []


def complete_queue(context: typer.Context) -> list[str]:
    """Return the sources, and the queues that belong to no source."""
    return [*complete_source(context), *OTHER_QUEUES]


def complete_entity() -> list[str]:
    """Return the entities."""
    with suppress(BadCatalog):
        return list(load_models())
    return []


def complete_reason() -> list[str]:
    """Return the reasons of dead letters."""
    return list(REASONS)
