"""The commands that steer a source."""

from typing import Annotated

import typer

from ingestion.catalog import OPERATOR
from ingestion.cli.entities.selection import require_source
from ingestion.cli.environment import Deployment
from ingestion.cli.options import Env
from ingestion.cli.output import console, exit_with_error, require_known
from ingestion.cli.sources import actions, sentences
from ingestion.cli.start.completion import complete_source
from ingestion.store.closed_sources import MAX_RETRY_AFTER_SECONDS

DEFAULT_RETRY_AFTER_SECONDS = 600

SourceName = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE", autocompletion=complete_source, help="A source of the environment."
    ),
]


def close(
    deployment: Env,
    source: SourceName,
    retry_after: Annotated[
        int,
        typer.Option(
            help="Seconds after which the senders should repeat.",
            min=1,
            max=MAX_RETRY_AFTER_SECONDS,
        ),
    ] = DEFAULT_RETRY_AFTER_SECONDS,
) -> None:
    """Refuse what a source posts, with 503 and Retry-After, until `ingest open`.

    Events that were accepted before, and files that are put into the bucket directly, are still
    processed. The source `operator` cannot be closed.
    """
    require_closable(deployment, source)
    actions.close_source(deployment, source, retry_after)
    console.print(sentences.closed(deployment, source, retry_after))


def open_source(deployment: Env, source: SourceName) -> None:
    """Accept again what a closed source posts."""
    require_closable(deployment, source)
    actions.open_source(deployment, source)
    console.print(sentences.opened(source))


def pause(deployment: Env, source: SourceName) -> None:
    """Stop storing the events of a source, until `ingest resume`. They wait in its queue.

    The source `operator` can be paused too: corrections wait.
    """
    require_source(deployment, source)
    with console.status("Waiting until Lambda has disabled the mapping …"):
        actions.pause_source(deployment, source)
    console.print(sentences.paused(deployment, source))


def resume(deployment: Env, source: SourceName) -> None:
    """Store the events of a paused source again."""
    require_source(deployment, source)
    with console.status("Waiting until Lambda has enabled the mapping …"):
        actions.resume_source(deployment, source)
    console.print(sentences.resumed(deployment, source))


def require_closable(deployment: Deployment, source: str) -> None:
    """End the command if the environment has no source of this name with a path of its own."""
    if source == OPERATOR:
        exit_with_error(
            f"{OPERATOR} has no path of its own and cannot be closed:"
            f" `{deployment.command('pause', OPERATOR)}` stops storing corrections"
        )
    closable = sorted(deployment.queue_urls.keys() - {OPERATOR})
    require_known(deployment.environment, "source", source, closable)
