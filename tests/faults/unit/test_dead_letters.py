"""The model of dead letters notices lost edits, and dead letters that are gone."""

from typing import Any

import pytest

from tests.faults.history.events import UNKNOWN_FIELD, Kind
from tests.faults.history.operator import Edit
from tests.faults.models.dead_letters import check_dead_letters
from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import Ledger
from tests.faults.unit.factories import RUN, answers, dead_letter, faults, planned, put, state

COLOURED = {"contract_id": "run-1", "contract_name": "n", UNKNOWN_FIELD: "red"}
EDITED = planned(2, Kind.POISON, body=COLOURED)
LEFT = planned(5, Kind.POISON, body=COLOURED)
TEXT = planned(3, Kind.POISON)
NEWER = planned(9)
EDIT = Edit(EDITED.id, EDITED.fields or {})


def judged(**evidence: Any) -> Ledger:
    ledger = Ledger()
    history = [EDITED, LEFT, TEXT]
    check_dead_letters(
        Evidence(RUN, history=history, answers=answers(*history), **evidence), ledger
    )
    return ledger


WAITING = [dead_letter(LEFT), dead_letter(TEXT)]


@pytest.mark.parametrize("held", [None, state(NEWER)], ids=["stored", "superseded"])
def test_an_edited_event_reaches_the_table_and_the_others_wait(held: Any) -> None:
    puts = [put(EDITED, revision="2026", held=held)]

    assert judged(edits=[EDIT], puts=puts, dead_letters=WAITING).is_clean


@pytest.mark.parametrize(
    ("fault", "evidence"),
    [
        pytest.param("edits lost", {"edits": [EDIT], "dead_letters": WAITING}, id="gone"),
        pytest.param(
            "edits lost",
            {"edits": [EDIT], "puts": [put(EDITED)], "dead_letters": WAITING},
            id="stored without the revision",
        ),
        pytest.param(
            "edits lost",
            {
                "edits": [Edit(EDITED.id, {"contract_name": "other"})],
                "puts": [put(EDITED, revision="2026")],
                "dead_letters": WAITING,
            },
            id="stored with other fields",
        ),
        pytest.param(
            "edits lost",
            {
                "edits": [EDIT],
                "puts": [put(EDITED, revision="2026")],
                "dead_letters": [*WAITING, dead_letter(EDITED, revision="2026")],
            },
            id="still a dead letter",
        ),
        pytest.param("edits lost", {"dead_letters": WAITING}, id="never edited"),
        pytest.param(
            "unexpected",
            {
                "edits": [EDIT],
                "puts": [put(EDITED, revision="2026")],
                "dead_letters": [dead_letter(LEFT)],
            },
            id="dead letter gone",
        ),
    ],
)
def test_every_wrong_end_of_a_dead_letter_is_found(fault: str, evidence: Any) -> None:
    assert faults(judged(**evidence)) == [fault]


def test_a_dead_letter_with_a_wrong_reason_is_found() -> None:
    ledger = Ledger()
    reused = planned(7, Kind.REUSED)
    right = dead_letter(reused, reason="id_reused")
    wrong = dead_letter(reused, reason="retries_exhausted")

    check_dead_letters(Evidence(RUN, history=[reused], dead_letters=[right, wrong]), ledger)

    assert faults(ledger) == ["unexpected"]
