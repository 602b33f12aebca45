"""The ledger detects every kind of fault. Each is constructed here."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.store.change import Change, ChangeData
from tests.faults.proxy import Put, Result, Version
from tests.faults.senders import Answers
from tests.faults.verdict import Evidence, Ledger, judge
from tests.faults.workload import Kind, Planned

KEY = "CONTRACT#run-1"


def planned(number: int, kind: Kind = Kind.GOOD, **changes: Any) -> Planned:
    """Make event `number` of one contract, newer than those before."""
    body = {"contract_id": "run-1", "contract_name": str(number)}
    content = {
        "entity_name": "CONTRACT",
        "operation": "upsert",
        "id": f"run:{number}",
        "time": f"2026-01-01T00:00:0{number}.000000Z",
        "body": body,
    }
    return Planned(kind, "sourceB", content | changes)


def put(event: Planned, result: Result = Result.WRITTEN, held: Version | None = None) -> Put:
    return Put(1.0, event.key, event.version, result, held)


def item(event: Planned) -> dict[str, Any]:
    """Return the item that the table holds after the event."""
    return {"ID": event.key, "_event": event.version._asdict(), **event.item}


def change_of(number: int, event: Planned, kind: str = "updated", **after: Any) -> Change:
    """Return the change that the feed publishes for the event."""
    version = event.version
    times = {"time": version.time, "received_at": version.time, "stored_at": version.time}
    fields = {name: value for name, value in event.item.items() if name != "ENTITY_NAME"} | after
    data: dict[str, Any] = {
        "before": None,
        "after": None if kind == "deleted" else fields,
        "changed": [],
        "cause": {"id": version.id, "source": version.source, **times},
    }
    return Change(
        id=str(number),
        source=event.source,
        type=f"contract.{kind}",
        subject="run-1",
        time=version.time,
        receivedat=version.time,
        data=ChangeData.model_validate(data),
    )


def dead_letter(event: Planned) -> DeadLetter:
    return DeadLetter("sourceB", "m-1", "r-1", f"about {event.id}", datetime.now(UTC), {})


def verdict(
    history: list[Planned],
    *,
    puts: list[Put],
    held: Planned | None,
    dead: tuple[Planned, ...] = (),
    stray: tuple[Planned, ...] = (),
    acknowledged: dict[int, int] | None = None,
    refused: tuple[int, ...] = (),
    changes: list[Change] | None = None,
) -> Ledger:
    """Judge a run. Defaults: each event acknowledged once, and the feed published the table."""
    answers = Answers(refused={f"run:{number}" for number in refused})
    for event in history:
        number = int(event.id.partition(":")[2])
        for _ in range((acknowledged or {}).get(number, 1)):
            answers.acknowledged[event.id].append(1.0)
    items = {held.key: item(held)} if held else {}
    if changes is None:
        changes = [change_of(1, held)] if held else []
    dead_letters = [dead_letter(event) for event in dead]
    unrouted = [dead_letter(event) for event in stray]
    evidence = Evidence(puts, items, dead_letters, unrouted, changes)
    return judge(history, answers, evidence)


OLD, NEW, POISON = planned(1), planned(2), planned(3, Kind.POISON)


def test_a_run_without_faults_is_clean() -> None:
    late = put(OLD, Result.REFUSED, NEW.version)

    ledger = verdict([NEW, NEW, OLD, POISON], puts=[put(NEW), late], held=NEW, dead=(POISON,))

    assert ledger.is_clean, ledger.findings
    assert ledger.counts["sourceB"] == {
        "attempted": 4,
        "acknowledged": 4,
        "unanswered": 0,
        "stored": 1,
        "superseded": 1,
        "duplicate": 1,
        "dead-lettered": 1,
    }


def test_a_feed_with_every_write_in_order_is_clean() -> None:
    puts = [put(OLD), put(NEW)]
    deleted = planned(4, operation="delete")

    stored = verdict(
        [OLD, NEW], puts=puts, held=NEW, changes=[change_of(1, OLD), change_of(2, NEW)]
    )
    gone = verdict(
        [OLD, deleted],
        puts=[put(OLD), put(deleted)],
        held=deleted,
        changes=[change_of(1, OLD, "created"), change_of(2, deleted, "deleted")],
    )

    assert stored.is_clean, stored.findings
    assert gone.is_clean, gone.findings


@pytest.mark.parametrize(
    ("fault", "changes"),
    [
        pytest.param("replica differs", [], id="never published"),
        pytest.param("replica differs", [change_of(1, OLD)], id="the last one not published"),
        pytest.param(
            "replica differs", [change_of(1, NEW, contract_name="X")], id="another content"
        ),
        pytest.param(
            "replica differs", [change_of(1, NEW, "deleted")], id="deletion of an existing entity"
        ),
        pytest.param("replica differs", [change_of(1, planned(2, id="run:9"))], id="another cause"),
        pytest.param(
            "changes out of order",
            [change_of(1, NEW), change_of(2, OLD), change_of(3, NEW)],
            id="older later",
        ),
    ],
)
def test_a_feed_that_differs_from_the_table_is_found(fault: str, changes: list[Change]) -> None:
    ledger = verdict([OLD, NEW], puts=[put(OLD), put(NEW)], held=NEW, changes=changes)

    assert [finding.split(": ")[1] for finding in ledger.findings] == [fault]
    assert ledger.counts["sourceB"][fault] == 1


def test_a_change_of_a_missing_entity_is_found() -> None:
    ledger = verdict([POISON], puts=[], held=None, dead=(POISON,), changes=[change_of(1, OLD)])

    assert ledger.counts["sourceB"]["replica differs"] == 1


def test_a_write_whose_answer_was_lost_counts_when_its_repeat_is_refused() -> None:
    unknown, repeat = put(OLD, Result.UNKNOWN), put(OLD, Result.REFUSED, OLD.version)

    ledger = verdict([OLD], puts=[unknown, repeat], held=OLD)

    assert ledger.is_clean, ledger.findings


@pytest.mark.parametrize(
    ("fault", "ledger"),
    [
        pytest.param("lost", verdict([OLD, NEW], puts=[put(NEW)], held=NEW), id="never arrived"),
        pytest.param(
            "lost",
            verdict([OLD], puts=[put(OLD, Result.UNKNOWN)], held=None),
            id="write without an answer",
        ),
        pytest.param(
            "applied twice", verdict([OLD], puts=[put(OLD), put(OLD)], held=OLD), id="twice"
        ),
        pytest.param(
            "order inversions",
            verdict([OLD, NEW], puts=[put(NEW), put(OLD)], held=OLD),
            id="older over newer",
        ),
        pytest.param(
            "unexpected", verdict([OLD, NEW], puts=[put(OLD), put(NEW)], held=OLD), id="stale item"
        ),
        pytest.param("unexpected", verdict([OLD], puts=[put(OLD)], held=None), id="item gone"),
        pytest.param(
            "unexpected", verdict([OLD], puts=[put(OLD)], held=planned(2)), id="item of no event"
        ),
        pytest.param(
            "unexpected",
            verdict([OLD], puts=[put(OLD)], held=planned(1, body=OLD.content["body"] | {"x": 1})),
            id="item with another content",
        ),
        pytest.param(
            "unexpected",
            verdict(
                [planned(1, Kind.REFUSED)],
                puts=[put(OLD)],
                held=OLD,
                acknowledged={1: 0},
                refused=(1,),
            ),
            id="refused but stored",
        ),
        pytest.param(
            "unexpected",
            verdict([OLD], puts=[], held=None, acknowledged={1: 0}, refused=(1,)),
            id="valid but refused",
        ),
        pytest.param(
            "unexpected",
            verdict([OLD], puts=[put(OLD)], held=OLD, dead=(NEW,)),
            id="dead letter of no event",
        ),
        pytest.param(
            "unexpected",
            verdict([planned(1, Kind.POISON)], puts=[put(OLD)], held=OLD),
            id="poison stored",
        ),
        pytest.param(
            "unexpected",
            verdict([planned(1, Kind.STRAY)], puts=[put(OLD)], held=OLD),
            id="stray stored",
        ),
        pytest.param(
            "unexpected",
            verdict([OLD], puts=[], held=None, stray=(OLD,)),
            id="valid event unrouted",
        ),
        pytest.param(
            "unexpected",
            verdict([POISON], puts=[], held=None, dead=(POISON, POISON)),
            id="dead-lettered twice",
        ),
        pytest.param(
            "innocents dead-lettered",
            verdict([OLD], puts=[], held=None, dead=(OLD,)),
            id="valid event dead-lettered",
        ),
    ],
)
def test_every_kind_of_fault_is_found(fault: str, ledger: Ledger) -> None:
    assert not ledger.is_clean
    assert sum(counts[fault] for counts in ledger.counts.values()) == 1
