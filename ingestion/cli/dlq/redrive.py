"""Brings dead letters back: what would not fail again is sent, then deleted."""

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from ingestion.cli.audit import Line
from ingestion.cli.dlq.desk import Desk, Page, Selection
from ingestion.cli.dlq.letter import Letter, Sent
from ingestion.errors import RejectedRecord


@dataclass
class Redrive:
    """Brings dead letters back, at most `room`, and counts what became of those it met.

    `still_here` counts those that were taken and the queue did not let go.
    """

    desk: Desk
    selection: Selection
    room: int
    is_dry: bool
    counts: Counter[str] = field(
        default_factory=lambda: Counter(redriven=0, would_fail=0, not_taken=0)
    )
    failures: list[Line] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    still_here: int = 0

    def run(self) -> None:
        """Go on until all are met, there is room for no more, or they are no longer taken."""
        met: Page = []
        with closing(self.desk.pages(self.selection)) as pages:
            for page in pages:
                met += page
                if not self._send_back(page):
                    return
        self.absent = self.selection.absent(met)

    def _send_back(self, page: Page) -> bool:
        """Send back what would not fail again; whether to go on."""
        sound: list[tuple[Letter, Any]] = []  # With what goes back.
        for letter in page:
            try:
                sound.append((letter, letter.check(self.desk.destinations)))
            except RejectedRecord as rejection:
                self._fail(letter, rejection)
        sound = sound[: self.room]
        sent = Sent([letter for letter, _ in sound], []) if self.is_dry else self._send(sound)
        for failed in sent.failed:
            self._fail(*failed)
        left = len(sound) - len(sent.taken) - len(sent.failed)
        self.room -= len(sent.taken)
        self.counts.update(redriven=len(sent.taken), not_taken=left)
        return not left and self.room > 0

    def _send(self, sound: list[tuple[Letter, Any]]) -> Sent:
        """Send, then delete what was taken: a crash between repeats, which readers absorb."""
        if not sound:
            return Sent([], [])
        letters = [letter for letter, _ in sound]
        self.desk.write_down("redrive", letters)
        sent = letters[0].send(sound, self.desk.destinations)
        self.still_here += len(sent.taken) - self.desk.queues.delete(sent.taken)
        return sent

    def _fail(self, letter: Letter, rejection: RejectedRecord) -> None:
        self.counts["would_fail"] += 1
        why = {"reason": rejection.reason, "detail": self.desk.said(letter, rejection)}
        self.failures.append({"event_id": letter.id, "message_id": letter.letter_id, **why})
