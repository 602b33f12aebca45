"""The commands that steer a source."""

from datetime import timedelta
from typing import Annotated

import typer

from ingestion.catalog import OPERATOR
from ingestion.cli.entities.selection import require_source
from ingestion.cli.environment import Deployment
from ingestion.cli.options import Env
from ingestion.cli.output import console, exit_with_error, require_known
from ingestion.cli.sources import actions
from ingestion.cli.start.completion import complete_source
from ingestion.store.closed_sources import CACHE_SECONDS, MAX_RETRY_AFTER_SECONDS

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
    ] = 600,
) -> None:
    """Refuse what a source posts, with 503 and Retry-After, until `ingest open`.

    Events that were accepted before, and files that are put into the bucket directly, are still
    processed. The source `operator` cannot be closed.
    """
    _require_closable(deployment, source)
    actions.close_source(deployment, source, retry_after)
    console.print(
        f"{source} is closed: within {CACHE_SECONDS} seconds each POST to its path gets 503 with"
        f" Retry-After: {retry_after}. Events that were accepted before, and files that are put"
        " into the bucket directly, are still processed."
        f" `{deployment.command('status', '--source', source)}` shows when its queue is empty."
        f" {_command('open', deployment, source)} opens the source."
    )


def open_source(deployment: Env, source: SourceName) -> None:
    """Accept again what a closed source posts."""
    _require_closable(deployment, source)
    actions.open_source(deployment, source)
    console.print(
        f"{source} is open: within {CACHE_SECONDS} seconds each POST to its path is accepted."
    )


def pause(deployment: Env, source: SourceName) -> None:
    """Stop storing the events of a source, until `ingest resume`. They wait in its queue.

    The source `operator` can be paused too: corrections wait.
    """
    require_source(deployment, source)
    with console.status("Waiting until Lambda has disabled the mapping …"):
        actions.pause_source(deployment, source)
    waiting = actions.waiting_messages(deployment, source)
    console.print(
        f"{source} is paused: the mapping of its worker is Disabled. Its events wait in the queue"
        f" ({waiting.messages} now). {_expiry(waiting)} {_command('resume', deployment, source)}"
        " stores the events."
    )


def _expiry(waiting: actions.Waiting) -> str:
    """Return when SQS deletes the oldest message, as a sentence."""
    until = f"{waiting.expires_at:%Y-%m-%d %H:%M} UTC"
    if waiting.oldest_age is not None:
        return f"Resume before {until}, when SQS deletes the oldest."
    days = waiting.retention / timedelta(days=1)
    kept = f"SQS deletes each message {days:g} days after it was sent"
    if not waiting.messages:
        return f"{kept}: resume before {until}."
    return (
        f"{kept}. The age of the oldest is not known: SQS deletes it at {until} at the latest,"
        f" {days:g} days from now."
    )


def resume(deployment: Env, source: SourceName) -> None:
    """Store the events of a paused source again."""
    require_source(deployment, source)
    with console.status("Waiting until Lambda has enabled the mapping …"):
        actions.resume_source(deployment, source)
    messages = actions.waiting_messages(deployment, source).messages
    console.print(
        f"{source} is resumed: the mapping of its worker is Enabled, and the worker stores what"
        f" waits in its queue ({messages} now)."
    )


def _require_closable(deployment: Deployment, source: str) -> None:
    if source == OPERATOR:
        exit_with_error(
            f"{OPERATOR} has no path of its own and cannot be closed:"
            f" {_command('pause', deployment, OPERATOR)} stops storing corrections"
        )
    closable = sorted(deployment.queue_urls.keys() - {OPERATOR})
    require_known(deployment.environment, "source", source, closable)


def _command(action: str, deployment: Deployment, source: str) -> str:
    return f"`{deployment.command(action, source)}`"
