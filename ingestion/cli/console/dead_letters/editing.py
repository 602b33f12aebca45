"""Edits the selected dead letters alike: each field before and after, then the edit."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import typer
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
from ingestion.cli.console.dead_letters.edit_form import EditForm, known_paths, named_field
from ingestion.cli.console.dead_letters.edit_preview import preview_of
from ingestion.cli.console.dead_letters.selected import (
    SelectedDeadLetters,
    reading_page,
    select_dead_letters,
)
from ingestion.cli.console.dead_letters.selection import DeadLetterSelection
from ingestion.cli.console.failures import sentence_of
from ingestion.cli.console.forms import Form
from ingestion.cli.console.runtime import Runtime, runtime_of
from ingestion.cli.console.words import personal_words
from ingestion.cli.console.work import Act, Progress
from ingestion.cli.counts import count_of
from ingestion.cli.dlq import actions, edit_steps
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.edit_output import saved_sentence
from ingestion.cli.dlq.edits import PlannedEdit
from ingestion.cli.output import CommandFailed


class ConfirmedEdit(NamedTuple):
    """What the operator confirmed."""

    found: list[DeadLetter]
    form: EditForm
    is_redriven: bool
    is_personal: bool


def show_edit(request: Request) -> Response:
    """Show the form, and what its changes would do."""
    selected = select_dead_letters(request)
    return _edit_page(request, selected) if selected else reading_page(request)


def start_edit(request: Request, form: Form) -> Response:
    """Edit what the operator confirmed, if the selection is still the same."""
    edits, is_redriven = EditForm.of(request), form.get("then") == "redrive"
    _ = edits.edits  # Raises typer.BadParameter before the work starts.

    def work(selected: SelectedDeadLetters) -> tuple[str, Act]:
        is_personal = selected.selection.is_personal
        confirmed = ConfirmedEdit(selected.dead_letters, edits, is_redriven, is_personal)
        title = f"Edit {'and redrive ' if is_redriven else ''}{selected.count}"
        return title, partial(_edit, runtime_of(request), confirmed)

    return start_confirmed(request, form, _edit_page, work)


def _edit_page(
    request: Request, selected: SelectedDeadLetters, *, has_changed: bool = False
) -> Response:
    require_selection(selected)
    require_some(selected)
    found, form = selected.dead_letters, EditForm.of(request)
    plans, refusal = _plan(selected, form)
    return confirmation_page(
        request,
        selected,
        "dead_letters/edit.html",
        title=f"Edit {selected.count}",
        command=() if refusal else _command(selected, form),
        refusal=refusal,
        has_changed=has_changed,
        selection=selected.selection,
        form=form if form.lines else EditForm.of_field(named_field(found)),
        paths=known_paths(found),
        is_single=len(found) == 1,
        preview=preview_of(request, selected.selection, form, plans) if plans else None,
    )


def _plan(selected: SelectedDeadLetters, form: EditForm) -> tuple[list[PlannedEdit], str]:
    """Return what the changes would do, or why they fit none of the dead letters."""
    if not form.lines:
        return [], ""
    try:
        return edit_steps.plan_edits(selected.queues, selected.dead_letters, form.edits), ""
    except (typer.BadParameter, CommandFailed) as refused:
        return [], sentence_of(refused)


def _command(selected: SelectedDeadLetters, form: EditForm) -> Sequence[str]:
    """Return the words of the command. It takes one id, or options that select."""
    selection = selected.selection
    if not form.lines or len(selection.ids) > 1:
        return ()
    given = selection.with_only(ids=(), is_personal=False)
    options = (DeadLetterSelection(given.source) if selection.ids else given).words
    personal = personal_words(is_shown=selection.is_personal)
    return "dlq", "edit", *selection.ids, *options, *form.words, *personal


def _edit(runtime: Runtime, confirmed: ConfirmedEdit, progress: Progress) -> Iterator[str]:
    """Save the edits that may be saved, and say which were."""
    edits, is_redriven = confirmed.form.edits, confirmed.is_redriven
    saved: list[DeadLetter] = []
    with runtime.dead_letters.changing(runtime.deployment):
        queues = actions.dead_letter_queues(runtime.deployment, show_personal=confirmed.is_personal)
        plans = edit_steps.plan_edits(queues, confirmed.found, edits)
        to_save = edit_steps.savable(plans, is_single=len(plans) == 1, is_redriven=is_redriven)
        progress.update(0, len(to_save))
        say = partial(_sentences, runtime, plans, saved, is_redriven)
        with say_if_failed(progress, say):
            for each in edit_steps.save_plans(queues, to_save, edits, is_redriven=is_redriven):
                saved.append(each)
                progress.update(len(saved))
    yield from say(len(to_save))


def _sentences(
    runtime: Runtime,
    plans: Sequence[PlannedEdit],
    saved: Sequence[DeadLetter],
    is_redriven: bool,
    expected: int = 0,
) -> Iterator[str]:
    if saved:
        yield saved_sentence(plans, runtime.deployment, saved, is_redriven=is_redriven)
    else:
        yield NOTHING
    if len(saved) < expected:
        yield not_found(expected - len(saved), "edited")
    if failing := sum(1 for plan in plans if plan.problem):
        yield f"{count_of(failing, 'dead letter')} would still fail."
