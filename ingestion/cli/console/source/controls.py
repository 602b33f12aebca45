"""Pausing, resuming, closing and opening a source: what will happen, and doing it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingestion.cli.entities.selection import require_source
from ingestion.cli.environment import Deployment
from ingestion.cli.sources import actions, sentences
from ingestion.cli.sources.commands import require_closable


@dataclass(frozen=True)
class ControlledSource:
    """A source of an environment on which a person acts. `retry_after_seconds` is for closing."""

    deployment: Deployment
    name: str
    retry_after_seconds: int

    @property
    def waiting(self) -> actions.Waiting:
        """Return what waits in its queue now."""
        return actions.waiting_messages(self.deployment, self.name)


@dataclass(frozen=True)
class SourceAction:
    """What a button does. `preview` says what will happen; `act` does it and says so."""

    title: str
    require: Callable[[Deployment, str], None]
    preview: Callable[[ControlledSource], Iterator[str]]
    act: Callable[[ControlledSource], str]
    is_dangerous: bool = False


def _preview_pause(source: ControlledSource) -> Iterator[str]:
    yield (
        "The worker stops within about a minute: Lambda disables its event source mapping."
        f" {sentences.effect_of_pausing(source.waiting)}"
    )
    yield "Senders notice nothing: what they post is still accepted."


def _pause(source: ControlledSource) -> str:
    actions.pause_source(source.deployment, source.name)
    return sentences.paused(source.deployment, source.name)


def _preview_resume(source: ControlledSource) -> Iterator[str]:
    yield (
        "The worker starts within about a minute: Lambda enables its event source mapping. Then"
        f" {sentences.effect_of_resuming(source.waiting)}"
    )


def _resume(source: ControlledSource) -> str:
    actions.resume_source(source.deployment, source.name)
    return sentences.resumed(source.deployment, source.name)


def _preview_close(source: ControlledSource) -> Iterator[str]:
    yield _sentence(sentences.effect_of_closing(None))
    waiting = source.waiting.messages
    yield f"Messages in its queue now: {waiting}. Its worker still processes them."


def _close(source: ControlledSource) -> str:
    seconds = source.retry_after_seconds
    actions.close_source(source.deployment, source.name, seconds)
    return sentences.closed(source.deployment, source.name, seconds)


def _preview_open(_: ControlledSource) -> Iterator[str]:
    yield _sentence(sentences.effect_of_opening())


def _open(source: ControlledSource) -> str:
    actions.open_source(source.deployment, source.name)
    return sentences.opened(source.name)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


ACTIONS = {
    "pause": SourceAction("Pause", require_source, _preview_pause, _pause, True),
    "resume": SourceAction("Resume", require_source, _preview_resume, _resume),
    "close": SourceAction("Close", require_closable, _preview_close, _close, True),
    "open": SourceAction("Open", require_closable, _preview_open, _open),
}
