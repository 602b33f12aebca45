"""What a page of dead letters works with: what was read, what is selected, and their queues."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli.console.dead_letters.kept import Kept
from ingestion.cli.console.dead_letters.selection import Selection
from ingestion.cli.console.pages import page
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter


@dataclass(frozen=True)
class Chosen:
    """The selected dead letters, as the operator may see them, and the queues by name."""

    selection: Selection
    kept: Kept
    queues: actions.Queues
    visible: list[DeadLetter]
    dead_letters: list[DeadLetter]

    @property
    def count(self) -> str:
        """Return how many are selected, in words."""
        return count_of(len(self.dead_letters))


def choose(request: Request, *, is_refreshing: bool = False) -> Chosen | None:
    """Return what the URL selects; None while the first read runs. Raises CommandFailed."""
    runtime = runtime_of(request)
    kept = runtime.dead_letters.look(runtime.deployment, is_refreshing=is_refreshing)
    return _choose_from(request, kept) if kept else None


def choose_now(request: Request) -> Chosen:
    """Return what the URL selects, after the first read. Raises CommandFailed."""
    runtime = runtime_of(request)
    return _choose_from(request, runtime.dead_letters.wait(runtime.deployment))


def _choose_from(request: Request, kept: Kept) -> Chosen:
    deployment, selection = runtime_of(request).deployment, Selection.of(request)
    queues = actions.dead_letter_queues(
        deployment, selection.source, show_personal=selection.is_personal
    )
    visible = [each for each in kept.dead_letters if each.queue in queues]
    if selection.is_personal:  # They were read without personal data.
        visible = [queues[each.queue].target.describe(each) for each in visible]
    return Chosen(selection, kept, queues, visible, selection.choose(visible))


def reading_page(request: Request) -> Response:
    """Return a page that shows itself again after the first read."""
    return page(request, "dead_letters/reading.html", title="Dead letters")


def count_of(number: int) -> str:
    """Return a number of dead letters in words."""
    return f"{number:,} dead letter{'' if number == 1 else 's'}"
