"""Makes the events to send: a reproducible history with the usual errors of sources."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from entities.base import id_field
from ingestion.catalog import OPERATOR
from ingestion.syntax.times import timestamp
from tests.faults.injection.puts import Fields, Version

ENTITY = {"sourceA": "EQUIPMENT", "sourceB": "CONTRACT", "sourceC": "MILESTONE"}
UNROUTED = "nowhere"  # The catalog does not know this source.
EVENTS_AN_ENTITY = 12
DUPLICATES, DISORDER, LATE, DELETES = 0.10, 0.10, 0.05, 0.05
AHEAD, REUSED, TIED = 0.03, 0.02, 0.04
POISON, REFUSED, STRAY = 0.02, 0.02, 0.002
AHEAD_BY = timedelta(minutes=4)  # Within the bound of 5 minutes, with time for a slow sender.
TOO_FAR_AHEAD_BY = timedelta(hours=1)
UNKNOWN_FIELD = "colour"
NO_EVENT = "no event: "
_START = datetime(2026, 1, 1, tzinfo=UTC)


class Kind(StrEnum):
    """The outcome that an event must have."""

    GOOD = "good"  # Stored, superseded or duplicate.
    REFUSED = "refused"  # Refused by the API.
    POISON = "poison"  # Dead-lettered: published without the API.
    STRAY = "stray"  # Unrouted.
    REUSED = "reused"  # One of two events with an id. The table takes one, and refuses the other.


@dataclass(frozen=True)
class Planned:
    """One event of the history, as its source posts it.

    `is_posted` is false for an event that is published without the API. `is_reuse` marks the second
    event with its id.
    """

    kind: Kind
    source: str
    content: dict[str, Any]
    is_posted: bool = True
    is_reuse: bool = False

    @property
    def id(self) -> str:
        """Return the event's id."""
        return str(self.content["id"])

    @property
    def label(self) -> str:
        """Return the event's name, which is unique within the run."""
        return f"{self.source} {self.id}{' again' if self.is_reuse else ''}"

    @property
    def number(self) -> int:
        """Return the number in the event's id."""
        return int(self.id.partition(":")[2])

    @property
    def key(self) -> str:
        """Return the entity's key in the table."""
        name = self.content["entity_name"]
        return f"{name}#{self.content['body'][id_field(name)]}"

    @property
    def version(self) -> Version:
        """Return the attributes that decide whether the event is the newest of its entity."""
        return Version(self.content["time"], self.id, self.source)

    @property
    def fields(self) -> Fields:
        """Return the entity that the event describes, without the field that no entity has."""
        if self.content["operation"] == "delete":
            return None
        return {n: v for n, v in self.content["body"].items() if n != UNKNOWN_FIELD}

    @property
    def text(self) -> str:
        """Return the text in place of an event, or nothing if it is an event."""
        is_text = self.kind is Kind.POISON and self.number % 3 == 0
        return f"{NO_EVENT}{self.id}" if is_text else ""

    @property
    def is_to_be_edited(self) -> bool:
        """Return whether the operator edits the event if it is dead-lettered."""
        return not self.text and self.number % 2 == 0


@dataclass
class Workload:
    """About `events` events of the run `run`, sent from `started` on for some seconds.

    Equal seeds give equal events, except for the times that are ahead.
    """

    run: str
    events: int
    seed: int = 1
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Start the random numbers of this run."""
        self._random = random.Random(self.seed)

    def planned(self) -> list[Planned]:
        """Return the history in the order of sending, including repeats."""
        history = [
            event
            for number in range(self.events)
            for event in self._with_rival(self._event(number))
        ]
        self._disorder(history)
        return list(self._with_repeats(history))

    def entity_id(self) -> str:
        """Return the id of any entity."""
        pool = max(1, self.events // EVENTS_AN_ENTITY // len(ENTITY))
        return f"{self.run}-{self._random.randrange(pool)}"

    def past_time(self, number: int) -> str:
        """Return the time of event `number`. A late event is older than most of the earlier ones.

        Some times are equal.
        """
        late = self._random.randrange(self.events) if self._random.random() < LATE else 0
        return timestamp(_START + timedelta(seconds=(number - late) // 2))

    def _event(self, number: int) -> Planned:
        chance = self._random.random
        source = self._random.choice(list(ENTITY))
        kinds = (Kind.GOOD, Kind.REFUSED, Kind.POISON, Kind.STRAY)
        weights = (1 - POISON - REFUSED - STRAY, REFUSED, POISON, STRAY)
        kind = self._random.choices(kinds, weights)[0]
        name = ENTITY[source]
        delete = kind is Kind.GOOD and chance() < DELETES
        body = {id_field(name): self.entity_id()} | ({} if delete else fields_of(name, number))
        time = self.past_time(number)
        if kind is Kind.GOOD and chance() < AHEAD:
            time = self._time_ahead(number, AHEAD_BY)
        elif kind is Kind.REFUSED and chance() < 0.5:
            time = self._time_ahead(number, TOO_FAR_AHEAD_BY)
        elif kind in (Kind.REFUSED, Kind.POISON):
            body[UNKNOWN_FIELD] = "no such field"
        content = {
            "entity_name": name,
            "operation": "delete" if delete else "upsert",
            "id": f"{self.run}:{number}",
            "time": time,
            "body": body,
        }
        is_posted = kind in (Kind.GOOD, Kind.REFUSED)
        return Planned(kind, UNROUTED if kind is Kind.STRAY else source, content, is_posted)

    def _time_ahead(self, number: int, by: timedelta) -> str:
        """Return a time that is ahead of the moment at which event `number` is sent."""
        sent_after = timedelta(seconds=self.seconds * number / self.events)
        return timestamp(self.started + sent_after + by)

    def _with_rival(self, event: Planned) -> Iterator[Planned]:
        """Yield the event, and sometimes a second one with another id, source or data only.

        Both have an entity of their own, so that no newer event hides which of them wins.
        """
        is_upsert = event.kind is Kind.GOOD and event.content["operation"] == "upsert"
        chance = self._random.random() if is_upsert else 1
        if chance >= REUSED + TIED:
            yield event
            return
        number, name = event.number, event.content["entity_name"]
        body = event.content["body"] | {id_field(name): f"{self.run}-own{number}"}
        first = event.content | {"body": body}
        other = event.content | {"body": body | fields_of(name, -number)}
        if chance < REUSED:
            yield replace(event, content=first, kind=Kind.REUSED)
            yield replace(event, content=other, kind=Kind.REUSED, is_reuse=True)
        elif chance < REUSED + TIED / 2:  # The same time, and a later id.
            later_id = {"id": f"{self.run}:{number + self.events}"}
            pair = replace(event, content=first), replace(event, content=other | later_id)
            yield from self._random.sample(pair, 2)
        else:  # The same time and id, and an earlier source.
            yield replace(event, content=other, source=OPERATOR, is_posted=False)
            yield replace(event, content=first)

    def _disorder(self, history: list[Planned]) -> None:
        for place in range(len(history)):
            if self._random.random() < DISORDER:
                other = min(len(history) - 1, place + self._random.randrange(1, 50))
                history[place], history[other] = history[other], history[place]

    def _with_repeats(self, history: list[Planned]) -> Iterator[Planned]:
        for place, event in enumerate(history):
            yield event
            if self._random.random() < DUPLICATES:
                yield history[self._random.randrange(max(0, place - 200), place + 1)]


def fields_of(name: str, number: int) -> dict[str, Any]:
    """Return the fields of an entity, without its id, that only this number has."""
    match name:
        case "EQUIPMENT":
            return {"cat_id": str(number), "contract_id": f"c-{number % 7}"}
        case "CONTRACT":
            return {
                "contract_name": f"Contract {number}",
                "contract_type": "works",
                "contract_status": "active",
            }
    return {"contract_id": f"c-{number % 7}", "description": f"Step {number}"}
