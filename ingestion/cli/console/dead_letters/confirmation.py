"""What every action on dead letters does: act on what was confirmed, and say what was done."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response

from ingestion.aws.retry import FAILED_CALL
from ingestion.cli.audit.unfinished import PERHAPS_MORE, UnfinishedAction
from ingestion.cli.console.dead_letters.selected import (
    SelectedDeadLetters,
    not_done_page,
    select_confirmed,
    state_of,
)
from ingestion.cli.console.dead_letters.selection import digest
from ingestion.cli.console.forms import Form
from ingestion.cli.console.pages import page
from ingestion.cli.console.work import DEAD_LETTER_WORK, Act, Progress
from ingestion.cli.console.work_pages import start_work
from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.output import CommandFailed, ExitCode, exit_with_error

NOTHING = "Nothing was changed."
DIGEST = "digest"  # The field of the form that names the messages of the dry run.


class Show(Protocol):
    """Shows what an action would do, to be confirmed."""

    def __call__(
        self, request: Request, selected: SelectedDeadLetters, *, has_changed: bool = False
    ) -> Response:
        """Return the page. `has_changed` says that other messages are selected now."""


def confirmation_page(
    request: Request,
    selected: SelectedDeadLetters,
    template: str,
    *,
    command: Sequence[str],
    title: str,
    has_changed: bool,
    refusal: str = "",
    **context: Any,
) -> Response:
    """Return the page that shows what an action would do to exactly these dead letters.

    `refusal` says why the action is not possible.
    """
    return page(
        request,
        template,
        title=title,
        command=command,
        status=409 if has_changed else 422 if refusal else 200,
        refusal=refusal,
        has_changed=has_changed,
        **state_of(request, selected),
        fields={DIGEST: digest(selected.dead_letters)},
        back=selected.selection.of_list.url(),
        **context,
    )


def require_some(selected: SelectedDeadLetters) -> None:
    """Raise CommandFailed if no dead letter is selected."""
    if not selected.dead_letters:
        exit_with_error(
            "no such dead letter is visible any more: it was redriven or dropped, or another"
            " command reads it",
            ExitCode.NOT_FOUND,
        )


def require_selection(selected: SelectedDeadLetters) -> None:
    """Raise CommandFailed if all of all queues are selected, which the command refuses too."""
    actions.require_selection(selected.selection.source, selected.selection.wanted)


def not_found(count: int, verb: str) -> str:
    """Return that so many dead letters were not changed, and why."""
    if count == 1:
        return f"1 dead letter was not {verb}: it is gone, or another command reads it."
    return f"{count:,} dead letters were not {verb}: they are gone, or another command reads them."


def _differs(selected: SelectedDeadLetters, form: Form) -> bool:
    """Return whether other messages are selected than those of the dry run."""
    return form.get(DIGEST) != digest(selected.dead_letters)


def start_confirmed(
    request: Request, form: Form, show: Show, work: Callable[[SelectedDeadLetters], tuple[str, Act]]
) -> Response:
    """Start the work on what the operator confirmed. `work` returns its title and the act.

    Shows the page again if the selection has changed since.
    """
    selected = select_confirmed(request)
    if selected is None:
        return not_done_page(request)
    if _differs(selected, form):
        return show(request, selected, has_changed=True)
    title, act = work(selected)
    return start_work(
        request, title, act, selected.selection.of_list.url(), series=DEAD_LETTER_WORK
    )


def of_messages(found: Iterable[DeadLetter]) -> Callable[[DeadLetter], bool]:
    """Return a filter that matches these messages."""
    ids = {each.message_id for each in found}
    return lambda each: each.message_id in ids


@contextmanager
def say_if_failed(progress: Progress, sentences: Callable[[], Iterable[str]]) -> Iterator[None]:
    """Print what was done if the rest of the work fails: what was changed stays changed.

    A call that fails after the audit line raises UnfinishedAction. So another failed call, or
    a failed command, did nothing that the sentences do not say.
    """
    try:
        yield
    except BaseException as error:
        is_unfinished = isinstance(error, UnfinishedAction)  # Its message says so.
        is_known = isinstance(error, (*FAILED_CALL, CommandFailed)) and not is_unfinished
        progress.lines += (each for each in sentences() if is_known or each != NOTHING)
        if not (is_known or is_unfinished):
            progress.lines.append(PERHAPS_MORE)
        raise
