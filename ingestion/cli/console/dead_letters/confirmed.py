"""What every action on dead letters does: act on what was confirmed, and say what was done."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from ingestion.aws.retry import FAILED_CALL
from ingestion.cli.audit.unfinished import PERHAPS_MORE, UnfinishedAction
from ingestion.cli.console.dead_letters.chosen import Chosen
from ingestion.cli.console.dead_letters.selection import digest
from ingestion.cli.console.forms import Form
from ingestion.cli.console.work import Progress
from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.output import CommandFailed, ExitCode, exit_with_error

NOTHING = "Nothing was changed."
DIGEST = "digest"  # The field of the form that names the messages of the dry run.


def require_some(chosen: Chosen) -> None:
    """Raise CommandFailed if no dead letter is selected."""
    if not chosen.dead_letters:
        exit_with_error(
            "no such dead letter is visible any more: it was redriven or dropped, or another"
            " command reads it",
            ExitCode.NOT_FOUND,
        )


def require_selection(chosen: Chosen) -> None:
    """Raise CommandFailed if all of all queues are selected, which the command refuses too."""
    actions.require_selection(chosen.selection.source, chosen.selection.wanted)


def not_found(count: int, verb: str) -> str:
    """Return that so many dead letters were not changed, and why."""
    if count == 1:
        return f"1 dead letter was not {verb}: it is gone, or another command reads it."
    return f"{count:,} dead letters were not {verb}: they are gone, or another command reads them."


def differs(chosen: Chosen, form: Form) -> bool:
    """Return whether other messages are selected than those of the dry run."""
    return form.get(DIGEST) != digest(chosen.dead_letters)


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
