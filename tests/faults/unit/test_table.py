"""The model of the table notices every put that breaks the order of events."""

from dataclasses import replace

import pytest

from tests.faults.injection.puts import Put, Result, State
from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import Ledger
from tests.faults.models.table import check_table
from tests.faults.unit.factories import KEY, RUN, faults, planned, put, state

OLD, NEW = planned(1), planned(2)
SAME_TIME = planned(3, time=OLD.version.time)
REPLACED = state(OLD, replaces=NEW)
CORRECTED = replace(OLD, source="operator")


def judged(puts: list[Put], item: State | None) -> Ledger:
    ledger = Ledger()
    items = {KEY: item} if item else {}
    check_table(Evidence(RUN, puts=puts, items=items), ledger)
    return ledger


@pytest.mark.parametrize(
    ("puts", "item"),
    [
        ([put(OLD), put(NEW)], state(NEW)),
        ([put(NEW), put(OLD, held=state(NEW))], state(NEW)),
        ([put(OLD), put(SAME_TIME)], state(SAME_TIME)),
        ([put(CORRECTED), put(OLD)], state(OLD)),
        ([put(OLD), put(OLD, revision="2026")], state(OLD, "2026")),
        ([put(OLD, Result.UNKNOWN), put(OLD, held=state(OLD))], state(OLD)),
        ([put(OLD), put(NEW, Result.UNKNOWN)], state(OLD)),
        ([put(NEW), put(OLD, replaces=NEW)], REPLACED),
        ([put(NEW), put(OLD, replaces=NEW), put(NEW, held=REPLACED)], REPLACED),
        ([put(NEW), put(OLD, replaces=NEW), put(SAME_TIME), put(NEW)], state(NEW)),
    ],
    ids=[
        "in order",
        "late",
        "by id",
        "by source",
        "by revision",
        "answer lost",
        "never written",
        "older, and replaces this version",
        "replaced, and delivered again",
        "replaced, and delivered again after a further event",
    ],
)
def test_puts_in_order_are_clean(puts: list[Put], item: State) -> None:
    assert judged(puts, item).is_clean


@pytest.mark.parametrize(
    ("fault", "puts", "item"),
    [
        ("applied twice", [put(OLD), put(OLD)], state(OLD)),
        (
            "applied twice",
            [put(NEW), put(OLD, replaces=NEW), put(SAME_TIME), put(NEW), put(NEW)],
            state(NEW),
        ),
        ("order inversions", [put(NEW), put(OLD, replaces=NEW), put(NEW)], state(NEW)),
        ("order inversions", [put(NEW), put(OLD)], state(OLD)),
        ("order inversions", [put(SAME_TIME), put(OLD)], state(OLD)),
        ("order inversions", [put(OLD), put(CORRECTED)], state(CORRECTED)),
        ("order inversions", [put(OLD, revision="2026"), put(OLD)], state(OLD)),
        ("order inversions", [put(OLD), put(NEW, held=state(OLD))], state(OLD)),
        (
            "order inversions",
            [put(CORRECTED), put(OLD, held=state(CORRECTED))],
            state(CORRECTED),
        ),
        ("order inversions", [put(OLD), put(OLD, held=state(OLD), revision="2026")], state(OLD)),
        (
            "order inversions",
            [put(NEW), put(OLD, replaces=CORRECTED)],
            state(OLD, replaces=CORRECTED),
        ),
        ("order inversions", [put(NEW), put(OLD, replaces=NEW, held=state(NEW))], state(NEW)),
        ("unexpected", [put(NEW), put(OLD, replaces=NEW)], state(OLD)),
        ("unexpected", [put(OLD), put(NEW)], state(OLD)),
        ("unexpected", [put(OLD)], None),
        ("unexpected", [put(OLD)], state(NEW)),
        ("unexpected", [put(OLD)], state(OLD, fields={"contract_id": "other"})),
        ("unexpected", [], state(OLD)),
    ],
    ids=[
        "twice",
        "twice after it was replaced",
        "replaced version over its correction",
        "older over newer",
        "smaller id over larger",
        "smaller source over larger",
        "no revision over a revision",
        "newer refused",
        "larger source refused",
        "revision refused",
        "replaces another version",
        "refused though it replaces this version",
        "item without what it replaces",
        "stale item",
        "item gone",
        "item of another event",
        "item with other fields",
        "item of no put",
    ],
)
def test_every_break_of_the_order_is_found(fault: str, puts: list[Put], item: State | None) -> None:
    assert faults(judged(puts, item)) == [fault]
