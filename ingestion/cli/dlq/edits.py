"""Edits of many dead letters: what each would become, and the writing of the edited ones."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, NamedTuple, Self

from ingestion.cli.audit.unfinished import UnfinishedAction
from ingestion.cli.dlq.actions import audited_facts, send_and_delete
from ingestion.cli.dlq.dead_letter import DeadLetter, Replacement
from ingestion.cli.dlq.edited_body import EditRefused, edited_body
from ingestion.cli.dlq.queue import DeadLetterQueue
from ingestion.cli.field_edit import FieldEdit
from ingestion.cli.output import ExitCode


class Change(NamedTuple):
    """A field before and after an edit, as the operator may see it."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class PlannedEdit:
    """A dead letter and the edited one, which is None if the edit is refused.

    `problem` says why the edit is refused, or why the edited dead letter would still fail.
    """

    old: DeadLetter
    new: DeadLetter | None
    problem: str | None
    changes: Sequence[Change] = ()

    @classmethod
    def of(cls, queue: DeadLetterQueue, old: DeadLetter, edits: Sequence[FieldEdit]) -> Self:
        """Plan the edit of a dead letter of this queue."""
        target = queue.target
        try:
            if problem := target.edit_error_of(old):
                raise EditRefused(problem)
            new = target.describe(replace(old, body=edited_body(old, edits)))
        except EditRefused as refusal:
            return cls(old, None, str(refusal))
        changes = [
            Change(edit.path, edit.value_in(old.content), edit.value_in(new.content))
            for edit in edits
        ]
        return cls(old, new, target.prepare_attempt(new).problem, changes)


def save_edits(
    queue: DeadLetterQueue,
    plans: Iterable[PlannedEdit],
    edits: Sequence[FieldEdit],
    *,
    is_redriven: bool,
) -> Iterator[DeadLetter]:
    """Replace dead letters of a queue by the edited ones, or redrive the edited ones.

    Yields each that is saved. Skips those that are gone, or that another command has leased. Stops
    when the queue does not accept one. Raises UnfinishedAction if a call of the target fails.
    """
    bodies = {plan.old.message_id: plan.new.body for plan in plans if plan.new}
    with queue.leased(lambda found: found.message_id in bodies) as pages:
        for page in pages:
            edited = [(old, bodies.pop(old.message_id)) for old in page]
            save = _redrive if is_redriven else _replace
            done, failure = save(queue, edited, edits)
            yield from done
            if failure:
                raise UnfinishedAction(failure, exit_code=ExitCode.NOT_PUBLISHED)
            if not bodies or len(done) < len(page):
                return


def _replace(
    queue: DeadLetterQueue, edited: Sequence[tuple[DeadLetter, str]], edits: Sequence[FieldEdit]
) -> tuple[list[DeadLetter], str]:
    """Replace dead letters. The queue ignores the same edit of a message within five minutes."""
    _audit(queue, [old for old, _ in edited], edits)
    replacements = []
    for old, body in edited:
        new_id = sha256(f"{old.message_id}\n{edits}".encode()).hexdigest()
        replacements.append(Replacement(old, body, new_id))
    return queue.replace(replacements), ""


def _redrive(
    queue: DeadLetterQueue, edited: Sequence[tuple[DeadLetter, str]], edits: Sequence[FieldEdit]
) -> tuple[list[DeadLetter], str]:
    """Send the edited events, then delete the dead letters. A failed one stays as it was."""
    attempts = [queue.target.prepare_attempt(replace(old, body=body)) for old, body in edited]
    sendable = [attempt for attempt in attempts if not attempt.rejection]
    redriven = [attempt.dead_letter for attempt in sendable]
    _audit(queue, [old for old, _ in edited], edits, redriven)
    if sendable:
        send_and_delete(queue, sendable)
    failure = next((attempt.failure for attempt in sendable if attempt.failure), "")
    return [attempt.dead_letter for attempt in sendable if attempt.is_sent], failure


def _audit(
    queue: DeadLetterQueue,
    edited: list[DeadLetter],
    edits: Sequence[FieldEdit],
    redriven: Iterable[DeadLetter] = (),
) -> None:
    """Write the edits, and the redrives that follow, to the audit log by one call."""
    changed = {"action": "edit", "changed": [edit.path for edit in edits]}
    lines = [changed | facts for facts in audited_facts(edited)]
    lines += [{"action": "redrive"} | facts for facts in audited_facts(list(redriven))]
    queue.target.deployment.audit_log.write_lines(lines)
