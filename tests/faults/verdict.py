"""The ledger: compares what the senders were promised with the table, the queues and the feed."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.store.change import Change
from tests.faults.proxy import Put, Result, Version
from tests.faults.senders import Answers
from tests.faults.workload import ENTITY, Kind, Planned

# The rows: what was sent, the outcomes of acknowledged events, and the faults.
SENT = ("attempted", "refused", "unanswered", "acknowledged")
OUTCOMES = ("stored", "superseded", "duplicate", "dead-lettered", "unrouted")
_MAY_END = {
    Kind.GOOD: {"stored", "superseded"},
    Kind.REFUSED: set[str](),
    Kind.POISON: {"dead-lettered"},
    Kind.STRAY: {"unrouted"},
}
FAULTS = (
    "lost",
    "unexpected",
    "applied twice",
    "order inversions",
    "innocents dead-lettered",
    "replica differs",
    "changes out of order",
)

SOURCE = {entity: source for source, entity in ENTITY.items()}


@dataclass(frozen=True)
class Evidence:
    """What is found after the drain: puts, items, dead letters, unrouted messages, changes."""

    puts: list[Put]
    items: dict[str, dict[str, Any]]
    dead_letters: list[DeadLetter]
    unrouted: list[DeadLetter]
    changes: list[Change]


def event_id(message: DeadLetter, run: str) -> str:
    """Return the id of the run's event that the message holds, or a name for the message."""
    match = re.search(rf"{run}:\d+", message.body)
    return match.group() if match else f"message {message.message_id}"


@dataclass
class Ledger:
    """The counts by source, and one line for each fault."""

    counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    findings: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Return whether there are no faults and every acknowledgement has an outcome."""
        return not self.findings and all(
            counts["acknowledged"] == sum(counts[outcome] for outcome in OUTCOMES)
            for counts in self.counts.values()
        )

    def find(self, source: str, fault: str, what: object) -> None:
        """Count a fault and add a line about it."""
        self.counts[source][fault] += 1
        self.findings.append(f"{source}: {fault}: {what}")


def judge(history: list[Planned], answers: Answers, evidence: Evidence) -> Ledger:
    """Return the ledger of a run. An event without an answer may be stored or not."""
    return _Judge(history, answers, evidence).judge()


class _Judge:
    def __init__(self, history: list[Planned], answers: Answers, evidence: Evidence) -> None:
        self.ledger = Ledger()
        self.sent = Counter(event.id for event in history)
        self.planned = {event.id: event for event in history}
        self.answers = answers
        self.evidence = evidence
        self.puts: dict[str, list[Put]] = defaultdict(list)
        for put in evidence.puts:
            self.puts[put.version.id].append(put)
        self.written = {put.version.id for put in evidence.puts if put.result is Result.WRITTEN}
        # A put without an answer was written if a later put found its version.
        self.written |= {put.held.id for put in evidence.puts if put.held}
        run = history[0].run
        self.dead = Counter(event_id(message, run) for message in evidence.dead_letters)
        self.unrouted = Counter(event_id(message, run) for message in evidence.unrouted)

    def judge(self) -> Ledger:
        for event in self.planned.values():
            self._account_for(event)
        self._check_table()
        self._check_order()
        self._check_feed()
        for strange in (self.dead | self.unrouted).keys() - self.planned.keys():
            self.ledger.find("?", "unexpected", f"a message that was not sent: {strange}")
        return self.ledger

    def _account_for(self, event: Planned) -> None:
        counts = self.ledger.counts[event.source]
        acknowledged = len(self.answers.acknowledged[event.id])
        refused = event.id in self.answers.refused
        counts["attempted"] += self.sent[event.id]
        counts["acknowledged"] += acknowledged
        if refused:
            counts["refused"] += self.sent[event.id] - acknowledged
        else:
            counts["unanswered"] += self.sent[event.id] - acknowledged
        if refused and event.kind is not Kind.REFUSED:
            self.ledger.find(event.source, "unexpected", f"{event.id} was valid, and refused")
        outcomes = self._outcomes(event)
        for wrong in set(outcomes) - _MAY_END[event.kind]:
            is_innocent = wrong == "dead-lettered" and event.kind is Kind.GOOD
            fault = "innocents dead-lettered" if is_innocent else "unexpected"
            self.ledger.find(event.source, fault, f"{event.id}, {event.kind}, is {wrong}")
        if len(outcomes) > max(1, self.sent[event.id]):
            self.ledger.find(event.source, "unexpected", f"{event.id} is {', '.join(outcomes)}")
        if acknowledged and outcomes:
            counts[outcomes[0]] += 1
            counts["duplicate"] += acknowledged - 1
        elif acknowledged:
            self.ledger.find(event.source, "lost", event.id)

    def _outcomes(self, event: Planned) -> list[str]:
        """Return every outcome of the event."""
        outcomes = ["unrouted"] * self.unrouted[event.id] + ["dead-lettered"] * self.dead[event.id]
        if event.id in self.written:
            return [*outcomes, "stored"]
        if any(put.held and put.held > event.version for put in self.puts[event.id]):
            return [*outcomes, "superseded"]
        return outcomes

    def _check_table(self) -> None:
        """Find items that are not the newest event of those that reached the table."""
        expected: dict[str, Planned] = {}
        for event in self.planned.values():
            reached = event.id in self.written or any(put.held for put in self.puts[event.id])
            newest = expected.get(event.key)
            if reached and (newest is None or newest.version < event.version):
                expected[event.key] = event
        for key in expected.keys() | self.evidence.items.keys():
            newest, item = expected.get(key), self.evidence.items.get(key, {})
            held = {name: value for name, value in item.items() if name[0] != "_" and name != "ID"}
            version = tuple(item.get("_event", {}).get(name) for name in Version._fields)
            if newest is None or (held, version) != (newest.item, newest.version):
                source = newest.source if newest else "?"
                self.ledger.find(source, "unexpected", f"{key} holds {version} {held}")

    def _check_order(self) -> None:
        newest: dict[str, Version] = {}
        seen: set[Version] = set()
        for put in self.evidence.puts:
            if put.result is not Result.WRITTEN:
                continue
            if put.version in seen:
                self.ledger.find(put.version.source, "applied twice", put.version.id)
            elif put.key in newest and put.version < newest[put.key]:
                self.ledger.find(put.version.source, "order inversions", f"{put.key} {put.version}")
            seen.add(put.version)
            newest[put.key] = put.version

    def _check_feed(self) -> None:
        """Find entities that differ when the changes are replayed in the order of the feed."""
        replica: dict[str, Change] = {}
        for change in self.evidence.changes:
            before = replica.get(change.key)
            if before and _version(change) < _version(before):
                self.ledger.find(change.source, "changes out of order", f"{change.key} {change.id}")
            replica[change.key] = change
        for key in replica.keys() | self.evidence.items.keys():
            held = _held(self.evidence.items.get(key, {}))
            published = _published(replica.get(key))
            if held != published:
                source = SOURCE[key.partition("#")[0]]
                self.ledger.find(
                    source, "replica differs", f"{key} is {held}, published {published}"
                )


State = tuple[dict[str, Any], Version] | None


def _version(change: Change) -> Version:
    cause = change.data.cause
    return Version(cause.time, cause.id, cause.source)


def _published(change: Change | None) -> State:
    """Return entity and version of the last published change, or None after a deletion."""
    return (change.data.after, _version(change)) if change and change.data.after else None


def _held(item: dict[str, Any]) -> State:
    """Return entity and version of the table's item, or None for a tombstone."""
    if "ENTITY_NAME" not in item:
        return None
    entity = {k: v for k, v in item.items() if k[0] != "_" and k not in ("ID", "ENTITY_NAME")}
    return entity, Version(*(item["_event"][name] for name in Version._fields))
