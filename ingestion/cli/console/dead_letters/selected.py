"""What a page of dead letters works with: what was read, what is selected, and their queues."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli.console.dead_letters.dead_letter_reader import VisibleDeadLetters
from ingestion.cli.console.dead_letters.selection import DeadLetterSelection, digest
from ingestion.cli.console.pages import page
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.work import DEAD_LETTER_WORK
from ingestion.cli.counts import count_of
from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter


@dataclass(frozen=True)
class SelectedDeadLetters:
    """The selected dead letters, as the operator may see them, and the queues by name."""

    selection: DeadLetterSelection
    last_read: VisibleDeadLetters
    queues: actions.Queues
    visible: list[DeadLetter]
    dead_letters: list[DeadLetter]

    @property
    def count(self) -> str:
        """Return how many are selected, in words."""
        return count_of(len(self.dead_letters), "dead letter")


def select_dead_letters(
    request: Request, *, accepts_old: bool = False
) -> SelectedDeadLetters | None:
    """Return what the URL selects; None while a read runs. Raises CommandFailed."""
    runtime = runtime_of(request)
    last_read = runtime.dead_letters.read_recent(runtime.deployment, accepts_old=accepts_old)
    return _select_from(request, last_read) if last_read else None


def select_confirmed(request: Request) -> SelectedDeadLetters | None:
    """Return what a confirmed URL selects of what was read last; None if a read must end first.

    What was read may be old: the digest of the dry run decides whether it is still the same.
    """
    runtime = runtime_of(request)
    last_read = runtime.dead_letters.last_read or runtime.dead_letters.read_recent(
        runtime.deployment
    )
    return _select_from(request, last_read) if last_read else None


def _select_from(request: Request, last_read: VisibleDeadLetters) -> SelectedDeadLetters:
    deployment, selection = runtime_of(request).deployment, DeadLetterSelection.of(request)
    queues = actions.dead_letter_queues(
        deployment, selection.source, show_personal=selection.is_personal
    )
    visible = [each for each in last_read.dead_letters if each.queue in queues]
    if selection.is_personal:  # They were read without personal data.
        visible = [queues[each.queue].target.describe(each) for each in visible]
    return SelectedDeadLetters(
        selection, last_read, queues, visible, selection.select_from(visible)
    )


def state_of(request: Request, selected: SelectedDeadLetters) -> dict[str, Any]:
    """Return when the dead letters of a page were read, for the line that says so."""
    return {
        "last_read": selected.last_read,
        "is_reading": runtime_of(request).dead_letters.is_reading,
        "seen": digest(selected.last_read.dead_letters),
        "has_newer": False,
    }


def reading_page(request: Request) -> Response:
    """Return a page that shows itself again after a read."""
    blocking = runtime_of(request).work.running(DEAD_LETTER_WORK)
    return page(request, "dead_letters/reading.html", title="Dead letters", blocking=blocking)


def not_done_page(request: Request) -> Response:
    """Return the page of a confirmed action that was not started, because a read runs."""
    url = f"{request.url.path}?{request.url.query}"
    return page(
        request, "dead_letters/not_done.html", title="Dead letters", status=409, dry_run_url=url
    )
