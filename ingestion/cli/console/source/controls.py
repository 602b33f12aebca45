"""Pausing, resuming, closing and opening a source: what will happen, and doing it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingestion.cli.entities.selection import require_source
from ingestion.cli.environment import Deployment
from ingestion.cli.sources import actions, sentences
from ingestion.cli.sources.commands import require_closable
from ingestion.cli.sources.mapping import DISABLED, DISABLING, ENABLED, ENABLING, Mapping
from ingestion.store.closed_sources import Closing


@dataclass(frozen=True)
class ControlledSource:
    """A source of an environment on which a person acts. `retry_after_seconds` is for closing."""

    deployment: Deployment
    name: str
    retry_after_seconds: int

    @property
    def mapping_state(self) -> str:
        """Return the state of the mapping of its worker now. Raises MappingError."""
        return Mapping.find(self.deployment, self.name).state

    @property
    def closing(self) -> Closing | None:
        """Return how it is closed now; None if it is open."""
        return actions.closed_sources(self.deployment).read().get(self.name)

    @property
    def waiting(self) -> actions.Waiting:
        """Return what waits in its queue now."""
        return actions.waiting_messages(self.deployment, self.name)


@dataclass(frozen=True)
class SourceAction:
    """What a button does. `preview` says what will happen; `act` does it and says so.

    `already` says that the source is so already, if it is: the action then changes nothing.
    """

    title: str
    require: Callable[[Deployment, str], None]
    already: Callable[[ControlledSource], str | None]
    preview: Callable[[ControlledSource], Iterator[str]]
    act: Callable[[ControlledSource], str]
    is_dangerous: bool = False


def _is_paused(source: ControlledSource) -> str | None:
    is_so = source.mapping_state in (DISABLED, DISABLING)
    return f"{source.name} is paused already: its worker stores nothing." if is_so else None


def _is_resumed(source: ControlledSource) -> str | None:
    is_so = source.mapping_state in (ENABLED, ENABLING)
    return f"{source.name} is not paused: its worker stores events." if is_so else None


def _is_closed(source: ControlledSource) -> str | None:
    """Return nothing for another Retry-After: closing again changes it."""
    closing = source.closing
    if closing is None or closing.retry_after_seconds != source.retry_after_seconds:
        return None
    return (
        f"{source.name} is closed already: each POST to its path gets 503 with Retry-After:"
        f" {closing.retry_after_seconds}."
    )


def _is_open(source: ControlledSource) -> str | None:
    if source.closing:
        return None
    return f"{source.name} is open already: each POST to its path is accepted."


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
    if closing := source.closing:
        yield (
            f"{source.name} is closed already, with Retry-After: {closing.retry_after_seconds}."
            " Closing it again changes only this time."
        )
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
    "pause": SourceAction("Pause", require_source, _is_paused, _preview_pause, _pause, True),
    "resume": SourceAction("Resume", require_source, _is_resumed, _preview_resume, _resume),
    "close": SourceAction("Close", require_closable, _is_closed, _preview_close, _close, True),
    "open": SourceAction("Open", require_closable, _is_open, _preview_open, _open),
}
