"""Redrives the selected dead letters: what would happen, then the redrive with its progress."""

from collections.abc import Iterator
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli.console.dead_letters.confirmation import (
    NOTHING,
    confirmation_page,
    not_found,
    of_messages,
    require_some,
    say_if_failed,
    start_confirmed,
)
from ingestion.cli.console.dead_letters.selected import (
    SelectedDeadLetters,
    reading_page,
    select_dead_letters,
)
from ingestion.cli.console.forms import Form
from ingestion.cli.console.runtime import Runtime, runtime_of
from ingestion.cli.console.work import Act, Progress
from ingestion.cli.counts import count_of
from ingestion.cli.dlq import actions, redrive_report
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.names import QUARANTINED
from ingestion.cli.dlq.target import RedriveAttempt
from ingestion.cli.output import ExitCode, exit_with_error

MAX_CALLS = 20  # Requests in quarantine that a page checks: each takes a call of the API function.

MAX_EXAMPLES = 10
MAX_LINES = 20  # Failures that the page of the work says.


def show_redrive(request: Request) -> Response:
    """Show what a redrive would do."""
    selected = select_dead_letters(request)
    return _dry_run_page(request, selected) if selected else reading_page(request)


def start_redrive(request: Request, form: Form) -> Response:
    """Redrive what the operator confirmed, if the selection is still the same."""

    def work(selected: SelectedDeadLetters) -> tuple[str, Act]:
        is_personal, found = selected.selection.is_personal, selected.dead_letters
        act = partial(_redrive, runtime_of(request), is_personal, found)
        return f"Redrive {selected.count}", act

    return start_confirmed(request, form, _dry_run_page, work)


def _dry_run_page(
    request: Request, selected: SelectedDeadLetters, *, has_changed: bool = False
) -> Response:
    require_some(selected)
    checked, unchecked = _checked(selected.dead_letters)
    attempts = [selected.queues[each.queue].target.prepare_attempt(each) for each in checked]
    sendable = [attempt for attempt in attempts if attempt.content is not None]
    for attempt in sendable:
        attempt.is_sent = True
    counts = redrive_report.count(attempts)
    return confirmation_page(
        request,
        selected,
        "dead_letters/redrive.html",
        title=f"Redrive {selected.count}?",
        command=("dlq", "redrive", *selected.selection.words),
        has_changed=has_changed,
        counts=counts,
        unchecked=unchecked,
        can_redrive=bool(sendable or unchecked),
        would=counts["redriven"] + unchecked,
        failures=_failures(attempts),
        edit_url=selected.selection.url("/edit"),
        examples=[attempt.dead_letter for attempt in sendable[:MAX_EXAMPLES]],
    )


def _failures(attempts: list[RedriveAttempt]) -> list[str]:
    failures = redrive_report.list_failures(attempts)
    return redrive_report.group_failures(failures, len(attempts))


def _checked(found: list[DeadLetter]) -> tuple[list[DeadLetter], int]:
    """Return those that a page checks, and how many others there are."""
    requests = [each for each in found if each.reason == QUARANTINED]
    skipped = {id(each) for each in requests[MAX_CALLS:]}
    return [each for each in found if id(each) not in skipped], len(skipped)


def _redrive(
    runtime: Runtime, is_personal: bool, found: list[DeadLetter], progress: Progress
) -> Iterator[str]:
    """Redrive these messages, and say what became of them."""
    progress.update(0, len(found))
    attempts: list[RedriveAttempt] = []
    with (
        say_if_failed(progress, partial(_sentences, attempts)),
        runtime.dead_letters.changing(runtime.deployment),
    ):
        queues = actions.dead_letter_queues(runtime.deployment, show_personal=is_personal)
        names = sorted({each.queue for each in found})
        matches = of_messages(found)
        for attempt in actions.redrive([queues[name] for name in names], matches):
            attempts.append(attempt)
            progress.update(len(attempts))
        if failure := next((attempt.failure for attempt in attempts if attempt.failure), ""):
            exit_with_error(failure, ExitCode.NOT_PUBLISHED)
    yield from _sentences(attempts, len(found))


def _sentences(attempts: list[RedriveAttempt], expected: int = 0) -> Iterator[str]:
    counts = redrive_report.count(attempts)
    if counts["redriven"] or expected:
        yield f"Redrove {count_of(counts['redriven'], 'dead letter')}."
    elif not counts["would_fail"]:  # A request that would fail may have stored events.
        yield NOTHING
    if counts["would_fail"]:
        yield f"{count_of(counts['would_fail'], 'dead letter')} would fail again and stay:"
    yield from _failures(attempts)[:MAX_LINES]
    if counts["not_taken"]:
        yield redrive_report.NOT_TAKEN
    elif len(attempts) < expected:
        yield not_found(expected - len(attempts), "redriven")
