"""Pausing, resuming, closing and opening a source: what will happen, and doing it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingestion.cli.entities.selection import require_source
from ingestion.cli.environment import Deployment
from ingestion.cli.sources import actions, sentences
from ingestion.cli.sources.commands import require_closable


@dataclass(frozen=True)
class Steering:
    """An action on a source of an environment. `retry_after_seconds` is for closing it."""

    deployment: Deployment
    source: str
    retry_after_seconds: int


@dataclass(frozen=True)
class Action:
    """What a button does. `preview` says what will happen; `act` does it and says so."""

    title: str
    require: Callable[[Deployment, str], None]
    preview: Callable[[Steering], Iterator[str]]
    act: Callable[[Steering], str]
    is_dangerous: bool = False


def _preview_pause(steering: Steering) -> Iterator[str]:
    waiting = actions.waiting_messages(steering.deployment, steering.source)
    yield (
        "Lambda disables the mapping of the worker, which may take a minute."
        f" {sentences.effect_of_pausing(waiting)}"
    )
    yield "Senders notice nothing: what they post is still accepted."


def _pause(steering: Steering) -> str:
    deployment, source = steering.deployment, steering.source
    actions.pause_source(deployment, source)
    return sentences.paused(deployment, source)


def _preview_resume(steering: Steering) -> Iterator[str]:
    waiting = actions.waiting_messages(steering.deployment, steering.source)
    yield (
        "Lambda enables the mapping of the worker, which may take a minute. Then"
        f" {sentences.effect_of_resuming(waiting)}"
    )


def _resume(steering: Steering) -> str:
    deployment, source = steering.deployment, steering.source
    actions.resume_source(deployment, source)
    return sentences.resumed(deployment, source)


def _preview_close(steering: Steering) -> Iterator[str]:
    waiting = actions.waiting_messages(steering.deployment, steering.source)
    yield _sentence(sentences.effect_of_closing(None))
    yield f"Messages in its queue now: {waiting.messages}. Its worker still processes them."


def _close(steering: Steering) -> str:
    deployment, source, seconds = (
        steering.deployment,
        steering.source,
        steering.retry_after_seconds,
    )
    actions.close_source(deployment, source, seconds)
    return sentences.closed(deployment, source, seconds)


def _preview_open(_: Steering) -> Iterator[str]:
    yield _sentence(sentences.effect_of_opening())


def _open(steering: Steering) -> str:
    actions.open_source(steering.deployment, steering.source)
    return sentences.opened(steering.source)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


ACTIONS = {
    "pause": Action("Pause", require_source, _preview_pause, _pause, True),
    "resume": Action("Resume", require_source, _preview_resume, _resume),
    "close": Action("Close", require_closable, _preview_close, _close, True),
    "open": Action("Open", require_closable, _preview_open, _open),
}
