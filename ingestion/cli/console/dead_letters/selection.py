"""The dead letters that a page is about, as its URL and the options of the commands select them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Self
from urllib.parse import urlencode

import typer
from starlette.requests import Request

from ingestion.cli.console.parameters import shows_personal, text
from ingestion.cli.console.urls import DEAD_LETTERS
from ingestion.cli.console.words import option_words, personal_words
from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter, DeadLetterFilter
from ingestion.cli.options import parse_moment

Parameters = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class DeadLetterSelection:
    """The parameters that select dead letters, as texts."""

    source: str | None = None
    reason: str | None = None
    entity: str | None = None
    since: str | None = None
    ids: tuple[str, ...] = ()
    is_personal: bool = False

    @classmethod
    def of(cls, request: Request) -> Self:
        """Return what the URL of a page selects. Raises typer.BadParameter."""
        ids = tuple(filter(None, request.query_params.getlist("id")))
        if text(request, "selected") and not ids:
            raise typer.BadParameter("select at least one row")
        return cls(
            text(request, "source"),
            text(request, "reason"),
            text(request, "entity"),
            text(request, "since"),
            ids=ids,
            is_personal=shows_personal(request),
        )

    @property
    def wanted(self) -> DeadLetterFilter:
        """Return the filter of the commands. Raises typer.BadParameter."""
        since = parse_moment(self.since) if self.since else None
        return DeadLetterFilter(self.reason, since, list(self.ids), self.entity)

    @property
    def is_of_all(self) -> bool:
        """Return whether all dead letters of all queues are selected."""
        return not self.with_only(is_personal=False).parameters

    def select_from(self, visible: Iterable[DeadLetter]) -> list[DeadLetter]:
        """Return the selected dead letters. Raises CommandFailed, and typer.BadParameter."""
        of_queue = [each for each in visible if self.source in (None, each.queue)]
        return actions.select(self.wanted, of_queue)

    def with_only(self, **changes: Any) -> Self:
        """Return this selection with other parameters."""
        return replace(self, **changes)

    @property
    def of_list(self) -> Self:
        """Return the selection of the list from which these dead letters were selected."""
        return self.with_only(ids=())

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Return the parameters of a URL."""
        named = [(name, getattr(self, name)) for name in ("source", "reason", "entity", "since")]
        given = [(name, value) for name, value in named if value]
        given += [("id", each) for each in self.ids]
        return given + ([("personal", "1")] if self.is_personal else [])

    @property
    def words(self) -> list[str]:
        """Return the options of a command that selects the same."""
        named = [pair for pair in self.parameters if pair[0] != "personal"]
        options = [word for name, value in named for word in option_words({name: value})]
        return options + personal_words(is_shown=self.is_personal)

    def url(self, path: str = "", more: Parameters = ()) -> str:
        """Return the URL of a page of dead letters about this selection."""
        query = urlencode([*self.parameters, *more])
        return f"{DEAD_LETTERS}{path}?{query}" if query else f"{DEAD_LETTERS}{path}"


def digest(selected: Iterable[DeadLetter]) -> str:
    """Return a text that is equal only for the same messages."""
    return sha256("\n".join(sorted(each.message_id for each in selected)).encode()).hexdigest()
