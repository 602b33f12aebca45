"""The model of the change feed notices every change that is lost, late or made up."""

import pytest

from ingestion.store.change import Change
from tests.faults.injection.puts import Put, State
from tests.faults.models.changes import check_changes
from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import Ledger
from tests.faults.unit.factories import KEY, RUN, change, faults, planned, put, state

OLD, NEW = planned(1), planned(2)
GONE = planned(4, operation="delete")
STORED = [change(1, OLD), change(2, NEW, OLD)]


def judged(puts: list[Put], item: State, changes: list[Change]) -> Ledger:
    """Judge a feed whose deliveries are complete."""
    ledger = Ledger()
    evidence = Evidence(RUN, puts=puts, items={KEY: item}, published=changes)
    check_changes(evidence, ledger)
    found = [finding for finding in ledger.findings if "delivered" not in finding]
    return Ledger(ledger.counts, found)


@pytest.mark.parametrize(
    ("puts", "item", "changes"),
    [
        ([put(OLD), put(NEW)], state(NEW), STORED),
        ([put(OLD), put(NEW)], state(NEW), [*STORED, STORED[1]]),
        ([put(OLD), put(GONE)], state(GONE), [change(1, OLD), change(2, GONE, OLD)]),
        ([put(GONE)], state(GONE), []),
        ([put(OLD), put(OLD, revision="2026")], state(OLD, "2026"), [change(1, OLD)]),
    ],
    ids=["in order", "repeated", "deleted", "deleted before it existed", "made again"],
)
def test_a_complete_feed_in_order_is_clean(
    puts: list[Put], item: State, changes: list[Change]
) -> None:
    assert judged(puts, item, changes).is_clean


OTHER_CONTENT = planned(2, body={"contract_id": "run-1", "contract_name": "other"})


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        pytest.param(["changes lost", "replica differs"], [STORED[0]], id="the last one"),
        pytest.param(["changes lost"], [STORED[1]], id="one in between"),
        pytest.param(["changes out of order"], [STORED[1], STORED[0]], id="older later"),
        pytest.param(
            ["changes lost", "unexpected", "replica differs"],
            [STORED[0], change(2, OTHER_CONTENT, OLD)],
            id="another content",
        ),
        pytest.param(
            ["changes lost", "unexpected", "replica differs"],
            [STORED[0], change(2, planned(2, id="run:9"), OLD)],
            id="another cause",
        ),
        pytest.param(
            ["changes lost", "unexpected", "replica differs"],
            [STORED[0], change(2, GONE, OLD)],
            id="deletion of an existing entity",
        ),
        pytest.param(
            ["changes lost", "unexpected"],
            [STORED[0], change(2, NEW, GONE)],
            id="another state before",
        ),
    ],
)
def test_every_fault_of_the_feed_is_found(expected: list[str], changes: list[Change]) -> None:
    ledger = judged([put(OLD), put(NEW)], state(NEW), changes)

    assert faults(ledger) == expected


def test_deliveries_are_judged_like_the_feed() -> None:
    ledger = Ledger()
    puts = [put(OLD), put(NEW)]

    check_changes(
        Evidence(RUN, puts=puts, items={KEY: state(NEW)}, published=STORED, delivered=[STORED[0]]),
        ledger,
    )

    assert faults(ledger) == ["changes lost", "replica differs"]
    assert all("delivered" in finding for finding in ledger.findings)
    assert ledger.counts["sourceB"]["changes published"] == 2
    assert ledger.counts["sourceB"]["changes delivered"] == 1


def test_a_change_of_an_entity_that_was_never_put_is_found() -> None:
    ledger = Ledger()

    check_changes(Evidence(RUN, published=[change(1, OLD)]), ledger)

    assert faults(ledger) == ["unexpected", "replica differs"]


def test_a_revision_decides_between_changes_of_one_event() -> None:
    revision = "2026-01-01T00:00:00.000000Z"
    edited = planned(1, body=OTHER_CONTENT.content["body"])
    puts = [put(OLD), put(edited, revision=revision)]
    in_order = [change(1, OLD), change(2, edited, OLD, revision=revision)]

    assert judged(puts, state(edited, revision), in_order).is_clean
    late = judged(puts, state(edited, revision), in_order[::-1])
    assert faults(late) == ["changes out of order"]


def test_a_reader_takes_an_older_change_that_replaces_what_it_holds() -> None:
    puts = [put(NEW), put(OLD, replaces=NEW)]
    changes = [change(1, NEW), change(2, OLD, NEW, replaces=NEW)]

    assert judged(puts, state(OLD, replaces=NEW), changes).is_clean
    assert judged(puts, state(OLD, replaces=NEW), changes[:1]).findings
