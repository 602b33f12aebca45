"""Edits the selected dead letters alike: each field before and after, then the edit."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli.console.dead_letters.chosen import (
    Chosen,
    choose,
    reading_page,
    state_of,
)
from ingestion.cli.console.dead_letters.confirmed import (
    DIGEST,
    NOTHING,
    not_found,
    require_selection,
    require_some,
    say_if_failed,
    start_confirmed,
)
from ingestion.cli.console.dead_letters.edit_form import EditForm, known_paths, named_field
from ingestion.cli.console.dead_letters.selection import Selection, digest
from ingestion.cli.console.forms import Form
from ingestion.cli.console.pages import page
from ingestion.cli.console.paging import Paging
from ingestion.cli.console.runtime import Runtime, runtime_of
from ingestion.cli.console.work import Act, Progress
from ingestion.cli.counts import count_of
from ingestion.cli.dlq import actions, edit_steps
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.edit_output import changed_fields, saved_sentence
from ingestion.cli.dlq.edits import PlannedEdit
from ingestion.cli.output import grouped_lines

PAGE_SIZE = 50


class Agreed(NamedTuple):
    """What the operator confirmed."""

    found: list[DeadLetter]
    form: EditForm
    is_redriven: bool
    is_personal: bool


def show_edit(request: Request) -> Response:
    """Show the form, and what its changes would do."""
    chosen = choose(request)
    return _edit_page(request, chosen) if chosen else reading_page(request)


def edit(request: Request, form: Form) -> Response:
    """Edit what the operator confirmed, if the selection is still the same."""
    is_redriven = form.get("then") == "redrive"

    def work(chosen: Chosen) -> tuple[str, Act]:
        is_personal, edits = chosen.selection.is_personal, EditForm.of(request)
        agreed = Agreed(chosen.dead_letters, edits, is_redriven, is_personal)
        title = f"Edit {'and redrive ' if is_redriven else ''}{chosen.count}"
        return title, partial(_edit, runtime_of(request), agreed)

    return start_confirmed(request, form, _edit_page, work)


def _edit_page(request: Request, chosen: Chosen, *, has_changed: bool = False) -> Response:
    require_selection(chosen)
    require_some(chosen)
    found, form = chosen.dead_letters, EditForm.of(request)
    plans = edit_steps.plan_edits(chosen.queues, found, form.edits) if form.lines else []
    return page(
        request,
        "dead_letters/edit.html",
        title=f"Edit {chosen.count}",
        command=_command(chosen, form),
        status=409 if has_changed else 200,
        has_changed=has_changed,
        **state_of(request, chosen),
        selection=chosen.selection,
        form=form if form.lines else EditForm.of_field(named_field(found)),
        paths=known_paths(found),
        fields={DIGEST: digest(found)},
        back=chosen.selection.of_list.url(),
        is_single=len(found) == 1,
        plans=plans,
        **_changes(request, chosen, form, plans),
    )


def _command(chosen: Chosen, form: EditForm) -> Sequence[str]:
    """Return the words of the command. It takes one id, or options that select."""
    selection = chosen.selection
    if not form.lines or len(selection.ids) > 1:
        return ()
    given = selection.with_only(ids=(), is_personal=False)
    options = (Selection(given.source) if selection.ids else given).words
    personal = ["--show-personal"] if selection.is_personal else []
    return "dlq", "edit", *selection.ids, *options, *form.words, *personal


def _changes(
    request: Request, chosen: Chosen, form: EditForm, plans: list[PlannedEdit]
) -> dict[str, Any]:
    """Return what the edit would change, and a page of the edits of each dead letter."""
    is_single = len(plans) == 1
    redriven = edit_steps.savable(plans, is_single=is_single, is_redriven=True)
    saved = edit_steps.savable(plans, is_single=is_single, is_redriven=False)
    texts = [(plan.old.event_id, text) for plan in saved for text in changed_fields(plan)]
    failing = [(plan.old.event_id, plan.problem) for plan in plans if plan.problem]
    paging = Paging.of(request, len(saved), PAGE_SIZE)

    def page_url(number: int) -> str:
        return chosen.selection.url("/edit", [*form.parameters, ("page", str(number))])

    return {
        "redriven": len(redriven),
        "saved": len(saved),
        "summary": grouped_lines("dead letter", texts, len(plans))[:20],
        "failing": len(failing),
        "problems": grouped_lines("dead letter", failing, len(plans))[:20],
        "rows": [plan for plan in saved[paging.first : paging.end] if plan.changes],
        **paging.links(page_url),
    }


def _edit(runtime: Runtime, agreed: Agreed, progress: Progress) -> Iterator[str]:
    """Save the edits that may be saved, and say which were."""
    edits, is_redriven = agreed.form.edits, agreed.is_redriven
    saved: list[DeadLetter] = []
    with runtime.dead_letters.changing(runtime.deployment):
        queues = actions.dead_letter_queues(runtime.deployment, show_personal=agreed.is_personal)
        plans = edit_steps.plan_edits(queues, agreed.found, edits)
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
