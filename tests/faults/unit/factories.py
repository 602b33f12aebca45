"""Makes the evidence of small runs about one contract."""

from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json

from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.store.change import Change, ChangeData
from tests.faults.history.events import Kind, Planned
from tests.faults.history.senders import Answers
from tests.faults.injection.puts import Fields, Put, Result, State
from tests.faults.models.ledger import Ledger

RUN = "run"
KEY = "CONTRACT#run-1"
SOURCE = "sourceB"


def planned(number: int, kind: Kind = Kind.GOOD, **changes: Any) -> Planned:
    """Make event `number` of the contract, newer than those before."""
    content = {
        "entity_name": "CONTRACT",
        "operation": "upsert",
        "id": f"{RUN}:{number}",
        "time": f"2026-01-01T00:00:{number:02}.000000Z",
        "body": {"contract_id": "run-1", "contract_name": str(number)},
    }
    return Planned(kind, SOURCE, content | changes)


def state(
    event: Planned, revision: str = "", fields: Fields = None, replaces: Planned | None = None
) -> State:
    """Return what the table holds after the event."""
    version = event.version._replace(revision=revision)
    return State(version, fields or event.fields, replaces.version if replaces else None)


def put(
    event: Planned,
    result: Result = Result.WRITTEN,
    *,
    held: State | None = None,
    revision: str = "",
    replaces: Planned | None = None,
    at: float = 1,
) -> Put:
    """Return the put of an event. `held` is what made the table refuse the put."""
    result = Result.REFUSED if held else result
    return Put(at, event.key, state(event, revision, replaces=replaces), result, held)


def dead_letter(
    event: Planned, queue: str = SOURCE, reason: str = "invalid_event", **changes: Any
) -> DeadLetter:
    """Return the event as a dead letter, with these changes of its JSON."""
    document = {"id": event.id, "source": event.source, "data": event.content["body"]} | changes
    body = event.text or to_json(document).decode()
    name = f"message of {event.label}"
    return DeadLetter(queue, name, "r-1", body, datetime.now(UTC), {}, event.id, reason)


def change(
    number: int,
    after: Planned,
    before: Planned | None = None,
    *,
    revision: str | None = None,
    replaces: Planned | None = None,
) -> Change:
    """Return change `number` of the feed: the contract was like `before`, and is like `after`."""
    version = after.version
    times = {"time": version.time, "received_at": version.time, "stored_at": version.time}
    data: dict[str, Any] = {
        "before": before.fields if before else None,
        "after": after.fields,
        "changed": [],
        "cause": {"id": version.id, "source": version.source, "revision": revision, **times}
        | {"replaces": _version_document(replaces) if replaces else None},
    }
    has_before = before is not None and before.fields is not None
    kinds = {(False, True): "created", (True, True): "updated", (True, False): "deleted"}
    return Change(
        id=str(number),
        source=after.source,
        type=f"contract.{kinds[has_before, after.fields is not None]}",
        subject="run-1",
        time=version.time,
        receivedat=version.time,
        data=ChangeData.model_validate(data),
    )


def _version_document(event: Planned) -> dict[str, str]:
    return {name: value for name, value in event.version._asdict().items() if value}


def answers(*acknowledged: Planned, refused: tuple[Planned, ...] = ()) -> Answers:
    """Return the answers of a run: one acknowledgement for each mention of an event."""
    made = Answers(refused={event.label for event in refused})
    for event in acknowledged:
        made.acknowledged[event.label].append(1.0)
    return made


def faults(ledger: Ledger) -> list[str]:
    """Return the kind of each fault that was found."""
    return [finding.split(": ")[1] for finding in ledger.findings]
