"""Makes the events to send: a reproducible history with the usual errors of sources."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from entities.base import id_field
from ingestion.event import timestamp
from tests.faults.proxy import Version

ENTITY = {"sourceA": "EQUIPMENT", "sourceB": "CONTRACT", "sourceC": "MILESTONE"}
UNROUTED = "nowhere"  # The catalog does not know this source.
EVENTS_AN_ENTITY = 12
DUPLICATES, DISORDER, LATE, DELETES = 0.10, 0.10, 0.05, 0.05
POISON, REFUSED, STRAY = 0.01, 0.01, 0.002
_START = datetime(2026, 1, 1, tzinfo=UTC)


class Kind(StrEnum):
    """The outcome that an event must have."""

    GOOD = "good"  # Stored, superseded or duplicate.
    REFUSED = "refused"  # Refused by the API.
    POISON = "poison"  # Dead-lettered: published without the API.
    STRAY = "stray"  # Unrouted.


@dataclass(frozen=True)
class Planned:
    """One event of the history, as its source posts it."""

    kind: Kind
    source: str
    content: dict[str, Any]

    @property
    def id(self) -> str:
        """Return the event's id, which is unique within the run."""
        return str(self.content["id"])

    @property
    def run(self) -> str:
        """Return the run of the event."""
        return self.id.partition(":")[0]

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
    def item(self) -> dict[str, Any]:
        """Return the fields that the table must hold if this event is the newest."""
        if self.content["operation"] == "delete":
            return {}
        name = self.content["entity_name"]
        return {"ENTITY_NAME": name, **self.content["body"]}


@dataclass
class Workload:
    """The `events` events of the run `run`. Equal seeds give equal events."""

    run: str
    events: int
    seed: int = 1
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Start the random numbers of this run."""
        self._random = random.Random(self.seed)

    def planned(self) -> list[Planned]:
        """Return the history in the order of sending, including repeats."""
        history = [self._event(number) for number in range(self.events)]
        self._disorder(history)
        return list(self._with_repeats(history))

    def _event(self, number: int) -> Planned:
        chance = self._random.random
        source = self._random.choice(list(ENTITY))
        kind = self._random.choices(
            list(Kind), [1 - POISON - REFUSED - STRAY, REFUSED, POISON, STRAY]
        )[0]
        pool = max(1, self.events // EVENTS_AN_ENTITY // len(ENTITY))
        entity_id = f"{self.run}-{self._random.randrange(pool)}"
        name = ENTITY[source]
        delete = kind is Kind.GOOD and chance() < DELETES
        body = {id_field(name): entity_id} | ({} if delete else _fields(name, number))
        if kind is Kind.REFUSED:
            body["colour"] = "no such field"
        # A late event is older than most of the earlier ones. Some times are equal.
        late = self._random.randrange(self.events) if chance() < LATE else 0
        moment = _START + timedelta(seconds=(number - late) // 2)
        content = {
            "entity_name": name,
            "operation": "delete" if delete else "upsert",
            "id": f"{self.run}:{number}",
            "time": timestamp(moment),
            "body": body,
        }
        return Planned(kind, UNROUTED if kind is Kind.STRAY else source, content)

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


def _fields(name: str, number: int) -> dict[str, Any]:
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
