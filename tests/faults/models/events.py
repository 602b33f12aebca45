"""The model of events: each acknowledged event ends in exactly one of its allowed outcomes."""

from collections import Counter, defaultdict

from ingestion.cli.dlq.dead_letter import DeadLetter
from tests.faults.history.events import UNKNOWN_FIELD, Kind, Planned
from tests.faults.injection.puts import Put
from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import Ledger
from tests.faults.models.table import written_puts

_STORED = {"stored", "superseded"}
_MAY_END: dict[Kind, set[str]] = {
    Kind.GOOD: _STORED,
    Kind.REFUSED: set(),
    Kind.POISON: {"dead-lettered", "edited"},
    Kind.STRAY: {"unrouted"},
    Kind.REUSED: {*_STORED, "dead-lettered", "edited"},
}


def check_events(evidence: Evidence, ledger: Ledger) -> None:
    """Account for every event of the history."""
    _Events(evidence, ledger).check_history()


class _Events:
    """The evidence about each event, by the event's id and content."""

    def __init__(self, evidence: Evidence, ledger: Ledger) -> None:
        self.evidence = evidence
        self.ledger = ledger
        self.sent = Counter(event.label for event in evidence.history)
        self.planned = {event.label: event for event in evidence.history}
        self.puts: defaultdict[str, list[Put]] = defaultdict(list)
        for put in evidence.puts:
            self.puts[put.version.id].append(put)
        self.written = set(map(id, written_puts(evidence.puts)))
        self.dead = self._by_event_id(evidence.dead_letters)
        self.unrouted = self._by_event_id(evidence.unrouted)

    def check_history(self) -> None:
        for event in self.planned.values():
            self._check_answers(event)
            self._check_outcomes(event, self._outcomes(event))

    def _by_event_id(self, messages: list[DeadLetter]) -> dict[str, list[DeadLetter]]:
        found: dict[str, list[DeadLetter]] = {}
        for message in messages:
            found.setdefault(self.evidence.event_id(message), []).append(message)
        return found

    def _check_answers(self, event: Planned) -> None:
        counts = self.ledger.counts[event.source]
        acknowledged = len(self.evidence.answers.acknowledged[event.label])
        refused = event.label in self.evidence.answers.refused
        counts["attempted"] += self.sent[event.label]
        counts["acknowledged"] += acknowledged
        rest = "refused" if refused else "unanswered"
        counts[rest] += self.sent[event.label] - acknowledged
        if refused and event.kind is not Kind.REFUSED:
            self.ledger.find(event.source, "unexpected", f"{event.label} was valid, and refused")
        if acknowledged and event.kind is Kind.REFUSED:
            self.ledger.find(event.source, "unexpected", f"{event.label} was invalid, and accepted")

    def _check_outcomes(self, event: Planned, outcomes: list[str]) -> None:
        counts = self.ledger.counts[event.source]
        acknowledged = len(self.evidence.answers.acknowledged[event.label])
        for wrong in set(outcomes) - _MAY_END[event.kind]:
            is_valid = wrong == "dead-lettered" and event.kind is Kind.GOOD
            fault = "wrong dead letters" if is_valid else "unexpected"
            self.ledger.find(event.source, fault, f"{event.label}, {event.kind}, is {wrong}")
        # The worker may receive an event with a used id again when a newer one is stored.
        may_have_two = event.kind is Kind.REUSED
        if len(outcomes) > max(1, self.sent[event.label]) and not may_have_two:
            what = f"{event.label} is {', '.join(outcomes)}"
            self.ledger.find(event.source, "unexpected", what)
        if acknowledged and outcomes:
            counts[outcomes[0]] += 1
            counts["duplicate"] += acknowledged - 1
        elif acknowledged:
            self.ledger.find(event.source, "lost", event.label)

    def _outcomes(self, event: Planned) -> list[str]:
        """Return every outcome of the event. The first one is counted."""
        own = [put for put in self.puts[event.id] if put.version.source == event.source]
        own = [put for put in own if put.fields == event.fields]
        original = [put for put in own if not put.version.revision]
        outcomes = ["edited"] if len(original) < len(own) else []
        if any(id(put) in self.written for put in original):
            outcomes.append("stored")
        elif any(put.is_older for put in original):
            outcomes.append("superseded")
        outcomes += ["unrouted"] * self._count(self.unrouted, event)
        return outcomes + ["dead-lettered"] * self._count(self.dead, event)

    def _count(self, messages: dict[str, list[DeadLetter]], event: Planned) -> int:
        """Return how many of these messages hold this event, not the other event of its id."""
        return sum(_holds(message, event) for message in messages.get(event.id, []))


def _holds(message: DeadLetter, event: Planned) -> bool:
    data = message.value("data")
    if not isinstance(data, dict):
        return message.body == event.text
    fields = {name: value for name, value in data.items() if name != UNKNOWN_FIELD}
    return message.value("source") == event.source and fields == event.fields
