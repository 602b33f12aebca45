"""Deletes the selected dead letters, after a confirmation."""

from collections.abc import Iterator
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli.console.dead_letters.confirmation import (
    NOTHING,
    confirmation_page,
    not_found,
    require_selection,
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
from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.names import QUARANTINED

_SHOWN = 50


def show_drop(request: Request) -> Response:
    """Show what would be deleted."""
    selected = select_dead_letters(request)
    return _confirmation_page(request, selected) if selected else reading_page(request)


def start_drop(request: Request, form: Form) -> Response:
    """Delete what the operator confirmed, if the selection is still the same."""

    def work(selected: SelectedDeadLetters) -> tuple[str, Act]:
        return f"Drop {selected.count}", partial(_drop, runtime_of(request), selected.dead_letters)

    return start_confirmed(request, form, _confirmation_page, work)


def _confirmation_page(
    request: Request, selected: SelectedDeadLetters, *, has_changed: bool = False
) -> Response:
    require_selection(selected)
    require_some(selected)
    selection = selected.selection
    options = selection.with_only(ids=(), is_personal=False).words
    return confirmation_page(
        request,
        selected,
        "dead_letters/drop.html",
        title=f"Drop {selected.count}?",
        command=("dlq", "drop", *selection.ids, *options),
        has_changed=has_changed,
        count=selected.count,
        requests=sum(each.reason == QUARANTINED for each in selected.dead_letters),
        rows=selected.dead_letters[:_SHOWN],
        more=max(0, len(selected.dead_letters) - _SHOWN),
    )


def _drop(runtime: Runtime, found: list[DeadLetter], progress: Progress) -> Iterator[str]:
    progress.update(0, len(found))
    done: list[DeadLetter] = []
    with (
        say_if_failed(progress, partial(_sentences, done)),
        runtime.dead_letters.changing(runtime.deployment),
    ):
        for each in actions.drop(actions.dead_letter_queues(runtime.deployment), found):
            done.append(each)
            progress.update(len(done))
    yield from _sentences(done, len(found))


def _sentences(done: list[DeadLetter], expected: int = 0) -> Iterator[str]:
    yield f"Dropped {count_of(len(done), 'dead letter')}." if done else NOTHING
    if len(done) < expected:
        yield not_found(expected - len(done), "dropped")
