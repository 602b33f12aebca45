"""The steps of an edit: plan, ask, save, and show what was saved."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import typer

from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter, DeadLetterFilter
from ingestion.cli.dlq.edit_output import print_plans
from ingestion.cli.dlq.edits import PlannedEdit, save_edits
from ingestion.cli.field_edit import FieldEdit
from ingestion.cli.output import ExitCode, console, exit_with_error
from ingestion.cli.terminal.confirmation import confirm


def choose(
    queues: actions.Queues, dead_letter_id: str | None, wanted: DeadLetterFilter
) -> list[DeadLetter]:
    """Return the dead letter with the id, or those that are selected."""
    visible = actions.read_dead_letters(queues)
    if dead_letter_id is not None:
        return [actions.find_dead_letter(visible, dead_letter_id)]
    return actions.select(wanted, visible)


def plan_edits(
    queues: actions.Queues, chosen: Sequence[DeadLetter], edits: Sequence[FieldEdit]
) -> list[PlannedEdit]:
    """Plan the edit of each dead letter. The command ends if no edit is possible."""
    if not chosen:
        exit_with_error("Nothing was changed: there is no such dead letter", ExitCode.NOT_FOUND)
    plans = [PlannedEdit.of(queues[found.queue], found, edits) for found in chosen]
    if not any(plan.new for plan in plans):
        exit_with_error(f"Not saved: {plans[0].problem}")
    return plans


def savable(
    plans: Sequence[PlannedEdit], *, is_single: bool, is_redriven: bool
) -> list[PlannedEdit]:
    """Return the edits that may be saved: a single dead letter may be corrected step by step."""
    is_failing_saved = is_single and not is_redriven
    return [plan for plan in plans if plan.new and (is_failing_saved or not plan.problem)]


def agreed_edits(
    plans: Sequence[PlannedEdit], is_single: bool, is_redriven: bool, is_dry: bool, yes: bool
) -> Sequence[PlannedEdit]:
    """Print the plans. Return those to save if they are to be written, or print why not."""
    to_save = savable(plans, is_single=is_single, is_redriven=is_redriven)
    print_plans(plans, to_save)
    if not to_save:
        console.print("Nothing was changed: no edited event would succeed")
    elif is_dry:
        console.print("Nothing was changed: this is a dry run")
    else:
        confirm(f"Edit {len(to_save)}?", yes=yes or is_single)
        return to_save
    return []


def save_plans(
    queues: actions.Queues,
    to_save: Sequence[PlannedEdit],
    edits: Sequence[FieldEdit],
    *,
    is_redriven: bool,
) -> Iterator[DeadLetter]:
    """Save the edits of one queue after another, and yield each that is saved."""
    for name, plans in groupby(to_save, key=lambda plan: plan.old.queue):
        yield from save_edits(queues[name], list(plans), edits, is_redriven=is_redriven)


def finish_edit(
    plans: Sequence[PlannedEdit],
    saving: Iterator[DeadLetter],
    expected: int,
    show: Callable[[Sequence[DeadLetter]], None],
    *,
    is_single: bool,
) -> None:
    """Save the edits, and show what was saved. The command ends unless all succeed."""
    saved: list[DeadLetter] = []
    try:
        saved.extend(saving)
    finally:  # Also when interrupted: what was saved stays saved.
        show(saved)
    if len(saved) < expected:
        exit_with_error(
            f"Not saved: {expected - len(saved)} of {expected}. They were not accepted, are gone,"
            " or another command reads them: run the command again",
            ExitCode.NOT_FOUND if is_single else ExitCode.NOT_PUBLISHED,
        )
    if any(plan.problem for plan in plans):
        raise typer.Exit(ExitCode.REJECTED)
