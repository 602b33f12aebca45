"""What the operator does with dead letters during a run: edits, redrives, leaves."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter, DeadLetterFilter
from ingestion.cli.dlq.edited_body import REVISION
from ingestion.cli.dlq.edits import PlannedEdit, save_edits
from ingestion.cli.dlq.names import FILES
from ingestion.cli.environment import Deployment
from ingestion.cli.field_edit import FieldEdit
from ingestion.cli.output import CommandFailed
from tests.faults.history.events import UNKNOWN_FIELD, Kind, Planned

PAUSE_SECONDS = 2


class Edit(NamedTuple):
    """An edited event: its id and the fields that it has since."""

    event_id: str
    fields: dict[str, Any]


@dataclass
class Operator:
    """Edits and redrives the dead letters of a history, in rounds, while faults are injected.

    An event that its plan marks is edited. An event with an id that was used before is redriven
    once as it is. `refused` has the ids of events whose redrive was refused, as it would fail.
    """

    deployment: Deployment
    history: list[Planned]
    edits: list[Edit] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    _working: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def _planned(self) -> dict[str, Planned]:
        return {event.id: event for event in self.history}

    @cached_property
    def _queues(self) -> actions.Queues:
        wanted = {*self.deployment.dead_letter_queue_urls, FILES}
        queues = actions.dead_letter_queues(self.deployment, show_personal=True)
        return {name: queue for name, queue in queues.items() if name in wanted}

    @contextmanager
    def working(self) -> Iterator[None]:
        """Work round after round, in a thread of its own, until the end of the block."""
        stop = threading.Event()
        thread = threading.Thread(target=self._work_until, args=(stop,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _work_until(self, stop: threading.Event) -> None:
        while not stop.wait(PAUSE_SECONDS):
            # The next round continues after a failure: every command may be repeated.
            with suppress(BotoCoreError, ClientError, ResponseParserError, CommandFailed):
                self.process_dead_letters()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Start no round within the block, which begins when the current round is over.

        A command that is interrupted leaves dead letters leased for a minute.
        """
        with self._working:
            yield

    def process_dead_letters(self) -> int:
        """Do one round. Return how many dead letters were redriven."""
        with self._working:
            return self._process_dead_letters()

    def _process_dead_letters(self) -> int:
        chosen: list[str] = []
        for found in actions.read_dead_letters(self._queues):
            event = self._planned.get(found.event_id)
            if event is None or not isinstance(found.document, dict):
                chosen += [found.message_id] if found.queue == FILES else []
            elif found.document.get(REVISION):
                chosen.append(found.message_id)
            elif event.is_to_be_edited and event.kind in (Kind.POISON, Kind.REUSED):
                self._edit(found)
                chosen.append(found.message_id)
            elif self._is_to_be_redriven(event, found):
                chosen.append(found.message_id)
        return self._redrive(chosen) if chosen else 0

    def _is_to_be_redriven(self, event: Planned, found: DeadLetter) -> bool:
        if event.kind is Kind.POISON:
            return event.id not in self.refused
        return event.kind is Kind.REUSED and not found.redrive_count

    def _edit(self, found: DeadLetter) -> None:
        """Remove the field that no entity has, or else set a field to the value that it has."""
        data: dict[str, Any] = found.value("data")
        if UNKNOWN_FIELD in data:
            edit = FieldEdit(f"data.{UNKNOWN_FIELD}", is_removal=True)
        else:
            name, value = next(iter(data.items()))
            edit = FieldEdit(f"data.{name}", value)
        queue = self._queues[found.queue]
        plan = PlannedEdit.of(queue, found, [edit])
        if list(save_edits(queue, [plan], [edit], is_redriven=False)):
            fields = {name: value for name, value in data.items() if name != UNKNOWN_FIELD}
            self.edits.append(Edit(found.event_id, fields))

    def _redrive(self, message_ids: list[str]) -> int:
        wanted = DeadLetterFilter(ids=message_ids)
        count = 0
        for attempt in actions.redrive(self._queues.values(), wanted.matches, len(message_ids)):
            if attempt.rejection:
                self.refused.add(attempt.dead_letter.event_id)
            elif attempt.is_sent:
                count += 1
        return count
