"""What an edit would change: counts, summaries, and a page of fields before and after."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from starlette.requests import Request

from ingestion.cli.console.dead_letters.edit_form import EditForm
from ingestion.cli.console.dead_letters.selection import DeadLetterSelection
from ingestion.cli.console.paging import Paging
from ingestion.cli.dlq import edit_steps
from ingestion.cli.dlq.edit_output import changed_fields
from ingestion.cli.dlq.edits import PlannedEdit
from ingestion.cli.output import grouped_lines

PAGE_SIZE = 50
_MAX_LINES = 20


class EditPreview(NamedTuple):
    """How many would be redriven, saved or fail, and why; `rows` are a page of those saved."""

    redriven: int
    saved: int
    failing: int
    summary: Sequence[str]
    problems: Sequence[str]
    rows: Sequence[PlannedEdit]
    pager: Mapping[str, str | None]


def preview_of(
    request: Request, selection: DeadLetterSelection, form: EditForm, plans: Sequence[PlannedEdit]
) -> EditPreview:
    """Return what the planned edits would change."""
    is_single = len(plans) == 1
    redriven = edit_steps.savable(plans, is_single=is_single, is_redriven=True)
    saved = edit_steps.savable(plans, is_single=is_single, is_redriven=False)
    texts = [(plan.old.event_id, text) for plan in saved for text in changed_fields(plan)]
    failing = [(plan.old.event_id, plan.problem) for plan in plans if plan.problem]
    paging = Paging.of(request, len(saved), PAGE_SIZE)

    def page_url(number: int) -> str:
        return selection.url("/edit", [*form.parameters, ("page", str(number))])

    return EditPreview(
        redriven=len(redriven),
        saved=len(saved),
        failing=len(failing),
        summary=grouped_lines("dead letter", texts, len(plans))[:_MAX_LINES],
        problems=grouped_lines("dead letter", failing, len(plans))[:_MAX_LINES],
        rows=[plan for plan in saved[paging.first : paging.end] if plan.changes],
        pager=paging.links(page_url),
    )
