"""What closing, opening, pausing and resuming a source mean for its events, in sentences."""

from collections.abc import Callable
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError

from ingestion.cli.environment import Deployment
from ingestion.cli.sources.actions import Waiting, waiting_messages
from ingestion.cli.start.failures import describe_failure
from ingestion.store.closed_sources import CACHE_SECONDS


def effect_of_closing(retry_after_seconds: int | None) -> str:
    """Return what a closed source refuses, and what is still processed.

    None: the field below the sentence has the seconds.
    """
    given = "the Retry-After below"
    retry = given if retry_after_seconds is None else f"Retry-After: {retry_after_seconds}"
    return (
        f"within {CACHE_SECONDS} seconds each POST to its path gets 503 with {retry}. Events"
        " that were accepted before, and files that are put into the bucket directly, are still"
        " processed."
    )


def effect_of_opening() -> str:
    """Return what an open source accepts."""
    return f"within {CACHE_SECONDS} seconds each POST to its path is accepted."


def effect_of_pausing(waiting: Waiting) -> str:
    """Return where the events of a paused source wait, and when the first of them expire."""
    return f"Its events wait in the queue ({waiting.messages} now). {_expiry(waiting)}"


def effect_of_resuming(waiting: Waiting) -> str:
    """Return what the worker of a resumed source stores."""
    return f"the worker stores what waits in its queue ({waiting.messages} now)."


def closed(deployment: Deployment, source: str, retry_after_seconds: int) -> str:
    """Return that a source is closed, and the next commands."""
    return (
        f"{source} is closed: {effect_of_closing(retry_after_seconds)}"
        f" `{deployment.command('status', '--source', source)}` shows when its queue is empty."
        f" {_command('open', deployment, source)} opens the source."
    )


def opened(source: str) -> str:
    """Return that a source is open."""
    return f"{source} is open: {effect_of_opening()}"


def paused(deployment: Deployment, source: str) -> str:
    """Return that a source is paused, what waits in its queue, and the next command."""
    return (
        f"{source} is paused: the mapping of its worker is Disabled."
        f" {_effect(deployment, source, effect_of_pausing)}"
        f" {_command('resume', deployment, source)} stores the events."
    )


def resumed(deployment: Deployment, source: str) -> str:
    """Return that a source is resumed, and what waits in its queue."""

    def stores(waiting: Waiting) -> str:
        return f"Now {effect_of_resuming(waiting)}"

    return (
        f"{source} is resumed: the mapping of its worker is Enabled."
        f" {_effect(deployment, source, stores)}"
    )


def _effect(deployment: Deployment, source: str, effect: Callable[[Waiting], str]) -> str:
    """Return the effect on what waits, or why that is unknown. The action is done already."""
    try:
        return effect(waiting_messages(deployment, source))
    except (BotoCoreError, ClientError) as error:
        return f"How many messages wait is unknown: {describe_failure(error).rstrip('.')}."


def _expiry(waiting: Waiting) -> str:
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


def _command(action: str, deployment: Deployment, source: str) -> str:
    return f"`{deployment.command(action, source)}`"
