"""The model of dead letters: edited ones are stored and gone, and the others wait."""

from tests.faults.history.events import Kind, Planned
from tests.faults.injection.puts import Put
from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import Ledger

REASONS: dict[Kind | None, set[str]] = {
    Kind.POISON: {"invalid_event", "invalid_entity"},
    Kind.REUSED: {"id_reused"},
}


def check_dead_letters(evidence: Evidence, ledger: Ledger) -> None:
    """Find edits that never reached the table, and dead letters that are gone or too many."""
    planned = {event.id: event for event in evidence.history}
    edited = {edit.event_id for edit in evidence.edits}
    for edit in evidence.edits:
        if not any(_is_edited_put(put, edit.event_id, edit.fields) for put in evidence.puts):
            source = planned[edit.event_id].source
            ledger.find(source, "edits lost", f"{edit.event_id} never reached the table")
    for message in evidence.dead_letters:
        event_id = evidence.event_id(message)
        if event_id in edited and message.value("revision"):
            ledger.find(message.queue, "edits lost", f"{event_id} was edited, and is a dead letter")
        kind = planned[event_id].kind if event_id in planned else None
        if message.reason not in REASONS.get(kind, {message.reason}):
            what = f"{event_id} is a dead letter for the reason {message.reason!r}"
            ledger.find(message.queue, "unexpected", what)
    for event in planned.values():
        _check_waiting(event, evidence, edited, ledger)


def _check_waiting(event: Planned, evidence: Evidence, edited: set[str], ledger: Ledger) -> None:
    """Find an event without an edit whose dead letter is gone, or an edit that was forgotten."""
    if event.kind is not Kind.POISON or not evidence.answers.acknowledged[event.label]:
        return
    if event.is_to_be_edited and event.id not in edited:
        ledger.find(event.source, "edits lost", f"{event.id} was never edited")
    waiting = sum(evidence.event_id(message) == event.id for message in evidence.dead_letters)
    if not event.is_to_be_edited and waiting != 1:
        ledger.find(event.source, "unexpected", f"{event.id} has {waiting} dead letters, not one")


def _is_edited_put(put: Put, event_id: str, fields: object) -> bool:
    return put.version.id == event_id and bool(put.version.revision) and put.fields == fields
