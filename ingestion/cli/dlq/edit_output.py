"""Prints what an edit of dead letters would change, and what was saved."""

from collections.abc import Sequence

from ingestion.cli.counts import count_of
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.edits import PlannedEdit
from ingestion.cli.environment import Deployment
from ingestion.cli.options import Output
from ingestion.cli.output import console, json_text, print_grouped, print_json

_MAX_CHARACTERS = 200  # Of a value.


def print_plans(plans: Sequence[PlannedEdit], to_save: Sequence[PlannedEdit]) -> None:
    """Print each field before and after, and the edited events that would still fail."""
    failing = [plan for plan in plans if plan.problem]
    if len(plans) > 1:
        console.print(f"{len(plans)} dead letters are selected, {len(failing)} would still fail:")
    changes = [(plan.old.event_id, text) for plan in to_save for text in changed_fields(plan)]
    print_grouped("dead letter", changes, len(plans))
    problems = [(plan.old.event_id, f"would still fail: {plan.problem}") for plan in failing]
    print_grouped("dead letter", problems, len(plans))


def print_saved(
    plans: Sequence[PlannedEdit],
    deployment: Deployment,
    output: Output,
    saved: Sequence[DeadLetter],
    *,
    is_redriven: bool,
) -> None:
    """Print how many dead letters were saved, and the command that redrives them."""
    if output == "json":
        print_json(_document(plans, saved, is_redriven))
    if saved:
        console.print(saved_sentence(plans, deployment, saved, is_redriven=is_redriven))


def saved_sentence(
    plans: Sequence[PlannedEdit],
    deployment: Deployment,
    saved: Sequence[DeadLetter],
    *,
    is_redriven: bool,
) -> str:
    """Return how many dead letters were saved, and the command that redrives them."""
    count = count_of(len(saved), "dead letter")
    if is_redriven:
        return f"Edited and redrove {count}."
    still_failing = {plan.old.message_id for plan in plans if plan.problem}
    if not still_failing.isdisjoint(each.message_id for each in saved):
        return f"Saved {count}."
    command = deployment.command(*_redrive_words(saved))
    return f"Saved {count}, which may be redriven now: {command}"


def changed_fields(plan: PlannedEdit) -> list[str]:
    """Return each changed field before and after, in short."""
    return [
        f"{change.path}: {_short(change.before)} → {_short(change.after)}"
        for change in plan.changes
    ]


def _short(value: object) -> str:
    text = json_text(value)
    return text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS]}…"


def _redrive_words(saved: Sequence[DeadLetter]) -> list[str]:
    """Return the command that redrives what was saved, and perhaps more dead letters like it."""
    words = ["dlq", "redrive"]
    if len(saved) == 1:
        words += ["--id", saved[0].original_id]
    else:
        for option, values in (
            ("--source", {each.queue for each in saved}),
            ("--reason", {each.reason for each in saved}),
        ):
            words += [option, *values] if len(values) == 1 else []
    return words


def _document(
    plans: Sequence[PlannedEdit], saved: Sequence[DeadLetter], is_redriven: bool
) -> dict[str, object]:
    saved_ids = {each.message_id for each in saved}
    edits = [
        {
            "event_id": plan.old.event_id,
            "message_id": plan.old.original_id,
            "queue": plan.old.queue,
            "changes": [change._asdict() for change in plan.changes],
            "would_fail": plan.problem,
            "saved": plan.old.message_id in saved_ids,
        }
        for plan in plans
    ]
    return {"saved": len(saved), "redriven": is_redriven and bool(saved), "edits": edits}
