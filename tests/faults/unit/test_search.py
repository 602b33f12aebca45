"""The model of search notices each difference between the table, the index and a rebuilt index."""

import pytest

from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import Ledger
from tests.faults.models.search import check_search
from tests.faults.unit.factories import KEY, RUN, SOURCE, faults
from tests.support.search.content import Compared, Content, Indexed

INDEXED = Indexed("CONTRACT", SOURCE, "version 1", "run-1 turbine", frozenset({"", "contract_id"}))
RIGHT: Content = {KEY: [INDEXED]}
OLDER: Content = {KEY: [INDEXED._replace(version="version 0")]}
UNFOUND: Content = {KEY: [INDEXED._replace(found_by=frozenset({""}))]}
OTHERS: Content = {"CONTRACT#other-1": [INDEXED]}


def judged(table: Content, grown: Content, rebuilt: Content) -> Ledger:
    ledger = Ledger()
    check_search(Evidence(RUN, grown=Compared(table, grown), rebuilt=rebuilt), ledger)
    return ledger


def test_an_index_that_equals_the_table_before_and_after_a_rebuild_is_clean() -> None:
    ledger = judged(RIGHT, RIGHT, RIGHT)

    assert ledger.is_clean
    assert ledger.counts[SOURCE]["entities indexed"] == 1


def test_entities_of_other_runs_are_left_out() -> None:
    assert judged({**RIGHT, **OTHERS}, RIGHT, {**RIGHT, **OTHERS}).is_clean


@pytest.mark.parametrize(
    ("table", "grown", "rebuilt", "findings"),
    [
        (RIGHT, {}, {}, ["grown index: CONTRACT#run-1 copies is 0 instead of 1"]),
        ({}, RIGHT, RIGHT, ["grown index: CONTRACT#run-1 copies is 1 instead of 0"]),
        (
            RIGHT,
            {KEY: [INDEXED, INDEXED]},
            {KEY: [INDEXED, INDEXED]},
            ["grown index: CONTRACT#run-1 copies is 2 instead of 1"],
        ),
        (
            RIGHT,
            OLDER,
            OLDER,
            ["grown index: CONTRACT#run-1 version is 'version 0' instead of 'version 1'"],
        ),
        (
            RIGHT,
            UNFOUND,
            UNFOUND,
            ["grown index: CONTRACT#run-1 found_by is [''] instead of ['', 'contract_id']"],
        ),
        (RIGHT, RIGHT, {}, ["rebuilt index: CONTRACT#run-1 copies is 0 instead of 1"]),
        (
            RIGHT,
            RIGHT,
            OLDER,
            ["rebuilt index: CONTRACT#run-1 version is 'version 0' instead of 'version 1'"],
        ),
        (
            RIGHT,
            {},
            RIGHT,
            [
                "grown index: CONTRACT#run-1 copies is 0 instead of 1",
                "rebuilt index: CONTRACT#run-1 copies is 1 instead of 0",
            ],
        ),
    ],
    ids=[
        "lost",
        "deleted",
        "twice",
        "older",
        "words not found",
        "lost by the rebuild",
        "older after the rebuild",
        "found by the rebuild only",
    ],
)
def test_every_difference_is_found_with_its_id(
    table: Content, grown: Content, rebuilt: Content, findings: list[str]
) -> None:
    ledger = judged(table, grown, rebuilt)

    assert not ledger.is_clean
    assert faults(ledger) == ["search differs"] * len(findings)
    assert ledger.findings == [f"{SOURCE}: search differs: {finding}" for finding in findings]
