"""What every action on dead letters does: act on what was confirmed, and say what was done."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager

from ingestion.cli.console.dead_letters.chosen import Chosen
from ingestion.cli.console.dead_letters.selection import digest
from ingestion.cli.console.forms import Form
from ingestion.cli.console.work import Progress
from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.output import ExitCode, exit_with_error

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
    """Print what was done if the rest of the work fails: what was changed stays changed."""
    with ExitStack() as unless_done:
        unless_done.callback(lambda: progress.lines.extend(sentences()))
        yield
        unless_done.pop_all()
