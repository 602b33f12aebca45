"""Edits one dead letter, or a selection of alike dead letters."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated

import typer

from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter, DeadLetterFilter
from ingestion.cli.dlq.edit_output import print_plans, print_saved
from ingestion.cli.dlq.edits import PlannedEdit, save_edits
from ingestion.cli.dlq.field_edit import FieldEdit
from ingestion.cli.dlq.options import EntityName, QueueName, Reason, Removals, Since, Values
from ingestion.cli.options import Env, Shown, ShowPersonal
from ingestion.cli.output import ExitCode, console, exit_with_error

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
    redrive: Annotated[
        bool, typer.Option("--redrive", help="Redrive the edited events at once.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Edit a selection without asking.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would change, and change nothing.")
    ] = False,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Edit a dead letter's event, such as --set data.contract_type=works, or those of a selection.

    Instead of an ID, --source, --reason, --entity and --since select dead letters.
    """
    edits = [*(values or []), *(FieldEdit(path, is_removal=True) for path in removals or [])]
    wanted = DeadLetterFilter(reason, since, entity=entity)
    _check_usage(edits, dead_letter_id, source, wanted)
    queues = actions.dead_letter_queues(deployment, source, show_personal=show_personal)
    plans = _plan(queues, dead_letter_id, wanted, edits)
    # An operator may correct a single dead letter step by step.
    is_failing_saved = dead_letter_id is not None and not redrive
    to_save = [plan for plan in plans if plan.new and (is_failing_saved or not plan.problem)]
    print_plans(plans, to_save)
    is_confirmed = yes or dead_letter_id is not None
    may_save = _may_save(to_save, is_dry=dry_run, is_confirmed=is_confirmed)
    saved: list[DeadLetter] = []
    try:
        if may_save:
            _save(queues, to_save, edits, saved, is_redriven=redrive)
    finally:  # Also when interrupted: what was saved stays saved.
        print_saved(plans, saved, deployment.env_option, output, is_redriven=redrive)
    if may_save and len(saved) < len(to_save):
        exit_with_error(
            f"Not saved: {len(to_save) - len(saved)} of {len(to_save)}. They were not accepted, are"
            " gone, or another command reads them: run the command again",
            ExitCode.NOT_PUBLISHED if dead_letter_id is None else ExitCode.NOT_FOUND,
        )
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
        chosen = actions.select(wanted, actions.read_dead_letters(queues))
    if not chosen:
        exit_with_error("Nothing was changed: there is no such dead letter", ExitCode.NOT_FOUND)
    plans = [PlannedEdit.of(queues[found.queue], found, edits) for found in chosen]
    if not any(plan.new for plan in plans):
        exit_with_error(f"Not saved: {plans[0].problem}")
    return plans


def _may_save(to_save: Sequence[PlannedEdit], *, is_dry: bool, is_confirmed: bool) -> bool:
    """Return whether to write. Otherwise prints why nothing is changed."""
    if not to_save:
        console.print("Nothing was changed: no edited event would succeed")
    elif is_dry:
        console.print("Nothing was changed: this is a dry run")
    elif is_confirmed or _is_agreed(len(to_save)):
        return True
    else:
        console.print("Nothing was changed: confirm these edits, or pass --yes")
    return False


def _is_agreed(count: int) -> bool:
    """Ask the operator. Without a terminal or other input, the answer is no."""
    try:
        return typer.confirm(f"Edit {count}?", err=True)
    except typer.Abort:
        console.print("")
        return False


def _save(
    queues: actions.Queues,
    to_save: Sequence[PlannedEdit],
    edits: Sequence[FieldEdit],
    saved: list[DeadLetter],
    *,
    is_redriven: bool,
) -> None:
    """Save the edits of one queue after another, and collect what is saved."""
    for name, plans in groupby(to_save, key=lambda plan: plan.old.queue):
        saved.extend(save_edits(queues[name], list(plans), edits, is_redriven=is_redriven))
