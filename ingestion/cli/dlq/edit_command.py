"""The command that edits one dead letter, or a selection of similar dead letters."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer

from ingestion.cli.dlq.dead_letter import DeadLetterFilter
from ingestion.cli.dlq.options import EntityName, QueueName, Reason, Redrive
from ingestion.cli.field_edit import FieldEdit, Removals, Values, edits_of
from ingestion.cli.options import DryRun, Env, Shown, ShowPersonal, Since, Yes
from ingestion.cli.output import exit_with_error

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
    from ingestion.cli.dlq import actions, edit_steps
    from ingestion.cli.dlq.edit_output import print_saved

    edits, is_single = edits_of(values, removals), dead_letter_id is not None
    wanted = DeadLetterFilter(reason, since, entity=entity)
    _check_usage(edits, dead_letter_id, source, wanted)
    queues = actions.dead_letter_queues(deployment, source, show_personal=show_personal)
    plans = edit_steps.plan_edits(queues, edit_steps.choose(queues, dead_letter_id, wanted), edits)
    agreed = edit_steps.agreed_edits(plans, is_single, redrive, dry_run, yes)
    saving = edit_steps.save_plans(queues, agreed, edits, is_redriven=redrive)
    show = partial(print_saved, plans, deployment, output, is_redriven=redrive)
    edit_steps.finish_edit(plans, saving, len(agreed), show, is_single=is_single)


def _check_usage(
    edits: Sequence[FieldEdit],
    dead_letter_id: str | None,
    source: str | None,
    wanted: DeadLetterFilter,
) -> None:
    from ingestion.cli.dlq import actions

    if not edits:
        exit_with_error("no change is given: use --set PATH=VALUE or --unset PATH")
    if dead_letter_id is not None and wanted != DeadLetterFilter():
        exit_with_error("give an ID, or --reason, --entity and --since, and not both")
    if dead_letter_id is None:
        actions.require_selection(source, wanted)
