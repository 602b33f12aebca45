"""Edits one dead letter, or a selection of similar dead letters."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Annotated

import typer

from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter, DeadLetterFilter
from ingestion.cli.dlq.edit_output import print_plans, print_saved
from ingestion.cli.dlq.edits import PlannedEdit, save_edits
from ingestion.cli.dlq.options import EntityName, QueueName, Reason, Redrive
from ingestion.cli.field_edit import FieldEdit, Removals, Values, edits_of
from ingestion.cli.options import DryRun, Env, Shown, ShowPersonal, Since, Yes
from ingestion.cli.output import ExitCode, console, exit_with_error
from ingestion.cli.terminal.confirmation import confirm

OptionalId = Annotated[
    str | None, typer.Argument(metavar="[ID]", help="The event's id, or the message's.")
]


def edit(
    deployment: Env,
    dead_letter_id: OptionalId = None,
    values: Values = None,
    removals: Removals = None,
    source: QueueName = None,
    reason: Reason = None,
    entity: EntityName = None,
    since: Since = None,
    redrive: Redrive = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Edit a dead letter's event, such as --set data.contract_type=works, or those of a selection.

    Instead of an ID, --source, --reason, --entity and --since select dead letters.
    """
    edits, is_single = edits_of(values, removals), dead_letter_id is not None
    wanted = DeadLetterFilter(reason, since, entity=entity)
    _check_usage(edits, dead_letter_id, source, wanted)
    queues = actions.dead_letter_queues(deployment, source, show_personal=show_personal)
    plans = _plan(queues, dead_letter_id, wanted, edits)
    to_save = _saveable(plans, is_failing_saved=is_single and not redrive)
    agreed = _agreed(plans, to_save, is_dry=dry_run, yes=yes or is_single)
    saving = _save(queues, agreed, edits, is_redriven=redrive)
    show = partial(print_saved, plans, deployment.env_option, output, is_redriven=redrive)
    _finish(saving, len(agreed), show, is_single=is_single)
    if any(plan.problem for plan in plans):
        raise typer.Exit(ExitCode.REJECTED)


def _check_usage(
    edits: Sequence[FieldEdit],
    dead_letter_id: str | None,
    source: str | None,
    wanted: DeadLetterFilter,
) -> None:
    if not edits:
        exit_with_error("no change is given: use --set PATH=VALUE or --unset PATH")
    is_selection = wanted != DeadLetterFilter()
    if dead_letter_id is not None and is_selection:
        exit_with_error("give an ID, or --reason, --entity and --since, and not both")
    if dead_letter_id is None and source is None and not is_selection:
        exit_with_error("nothing is selected: give an ID, --source, --reason, --entity or --since")


def _plan(
    queues: actions.Queues,
    dead_letter_id: str | None,
    wanted: DeadLetterFilter,
    edits: Sequence[FieldEdit],
) -> list[PlannedEdit]:
    """Plan the edit of each selected dead letter. The command ends if no edit is possible."""
    if dead_letter_id is not None:
        chosen = [actions.find_dead_letter(queues, dead_letter_id)]
    else:
        chosen = list(filter(wanted.matches, actions.read_dead_letters(queues)))
    if not chosen:
        exit_with_error("Nothing was changed: there is no such dead letter", ExitCode.NOT_FOUND)
    plans = [PlannedEdit.of(queues[found.queue], found, edits) for found in chosen]
    if not any(plan.new for plan in plans):
        exit_with_error(f"Not saved: {plans[0].problem}")
    return plans


def _saveable(plans: Sequence[PlannedEdit], *, is_failing_saved: bool) -> Sequence[PlannedEdit]:
    """Return the edits to save. An operator may correct a single dead letter step by step."""
    return [plan for plan in plans if plan.new and (is_failing_saved or not plan.problem)]


def _agreed(
    plans: Sequence[PlannedEdit], to_save: Sequence[PlannedEdit], *, is_dry: bool, yes: bool
) -> Sequence[PlannedEdit]:
    """Print the plans. Return those to save if they are to be written, or print why not."""
    print_plans(plans, to_save)
    if not to_save:
        console.print("Nothing was changed: no edited event would succeed")
    elif is_dry:
        console.print("Nothing was changed: this is a dry run")
    else:
        confirm(f"Edit {len(to_save)}?", yes=yes)
        return to_save
    return []


def _save(
    queues: actions.Queues,
    to_save: Sequence[PlannedEdit],
    edits: Sequence[FieldEdit],
    *,
    is_redriven: bool,
) -> Iterator[DeadLetter]:
    """Save the edits of one queue after another, and yield each that is saved."""
    for name, plans in groupby(to_save, key=lambda plan: plan.old.queue):
        yield from save_edits(queues[name], list(plans), edits, is_redriven=is_redriven)


def _finish(
    saving: Iterator[DeadLetter],
    expected: int,
    show: Callable[[Sequence[DeadLetter]], None],
    *,
    is_single: bool,
) -> None:
    """Save the edits, and show what was saved. The command ends if that is not all of them."""
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
