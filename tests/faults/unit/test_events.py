"""The model of events notices every event without one of its allowed outcomes."""

from dataclasses import replace
from typing import Any

import pytest

from tests.faults.history.events import UNKNOWN_FIELD, Kind
from tests.faults.injection.puts import Result
from tests.faults.models.events import check_events
from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import Ledger
from tests.faults.models.unsent import check_unsent
from tests.faults.unit.factories import (
    RUN,
    SOURCE,
    answers,
    dead_letter,
    faults,
    planned,
    put,
    state,
)

OLD, NEW = planned(1), planned(2)
POISON = planned(4, Kind.POISON, body={**OLD.content["body"], UNKNOWN_FIELD: "red"})
TEXT = planned(3, Kind.POISON)  # Every third is no JSON.
FIRST = planned(5, Kind.REUSED)
REUSED = replace(FIRST, content=FIRST.content | {"body": NEW.content["body"]}, is_reuse=True)
STRAY = replace(planned(6, Kind.STRAY), source="nowhere")
REFUSED = planned(7, Kind.REFUSED)


def judged(**evidence: Any) -> Ledger:
    ledger = Ledger()
    check_events(Evidence(RUN, **evidence), ledger)
    check_unsent(Evidence(RUN, **evidence), ledger)
    return ledger


def test_each_outcome_is_counted() -> None:
    ledger = judged(
        history=[OLD, NEW, NEW, POISON, TEXT, FIRST, REUSED, REFUSED],
        answers=answers(OLD, NEW, NEW, POISON, TEXT, FIRST, REUSED, refused=(REFUSED,)),
        puts=[
            put(NEW),
            put(OLD, held=state(NEW)),
            put(FIRST),
            put(REUSED, held=state(FIRST)),
            put(POISON, revision="2026"),
        ],
        dead_letters=[dead_letter(TEXT), dead_letter(REUSED)],
    )

    assert ledger.is_clean, ledger.findings
    assert +ledger.counts[SOURCE] == {
        "attempted": 8,
        "refused": 1,
        "acknowledged": 7,
        "stored": 2,
        "superseded": 1,
        "duplicate": 1,
        "edited": 1,
        "dead-lettered": 2,
    }


def test_an_event_of_an_unknown_source_is_unrouted() -> None:
    ledger = judged(
        history=[STRAY], answers=answers(STRAY), unrouted=[dead_letter(STRAY, "unrouted")]
    )

    assert ledger.is_clean, ledger.findings
    assert ledger.counts["nowhere"]["unrouted"] == 1


def test_a_write_whose_answer_was_lost_counts_when_its_repeat_is_refused() -> None:
    puts = [put(OLD, Result.UNKNOWN), put(OLD, held=state(OLD))]

    assert judged(history=[OLD], answers=answers(OLD), puts=puts).is_clean


@pytest.mark.parametrize(
    ("fault", "evidence"),
    [
        pytest.param("lost", {"answers": answers(OLD)}, id="never arrived"),
        pytest.param(
            "lost",
            {"answers": answers(OLD), "puts": [put(OLD, Result.UNKNOWN)]},
            id="write without an answer",
        ),
        pytest.param("unexpected", {"answers": answers(refused=(OLD,))}, id="valid, and refused"),
        pytest.param(
            "wrong dead letters",
            {"answers": answers(OLD), "dead_letters": [dead_letter(OLD)]},
            id="valid, and a dead letter",
        ),
        pytest.param(
            "unexpected",
            {"answers": answers(OLD), "unrouted": [dead_letter(OLD, "unrouted")]},
            id="valid, and unrouted",
        ),
        pytest.param(
            "unexpected",
            {"answers": answers(OLD), "puts": [put(OLD)], "dead_letters": [dead_letter(NEW)]},
            id="dead letter that nobody sent",
        ),
        pytest.param(
            "unexpected",
            {"answers": answers(OLD), "puts": [put(OLD), put(NEW)]},
            id="put that nobody sent",
        ),
    ],
)
def test_every_wrong_end_of_a_valid_event_is_found(fault: str, evidence: Any) -> None:
    assert faults(judged(history=[OLD], **evidence)) == [fault]


@pytest.mark.parametrize(
    ("event", "evidence"),
    [
        pytest.param(REFUSED, {"answers": answers(REFUSED)}, id="invalid, and accepted"),
        pytest.param(
            REFUSED,
            {"answers": answers(refused=(REFUSED,)), "puts": [put(REFUSED)]},
            id="refused, and stored",
        ),
        pytest.param(POISON, {"answers": answers(POISON), "puts": [put(POISON)]}, id="poison"),
        pytest.param(STRAY, {"answers": answers(STRAY), "puts": [put(STRAY)]}, id="stray"),
        pytest.param(
            TEXT,
            {"answers": answers(TEXT), "dead_letters": [dead_letter(TEXT), dead_letter(TEXT)]},
            id="two dead letters",
        ),
        pytest.param(
            OLD,
            {"answers": answers(OLD), "puts": [put(OLD, revision="2026")]},
            id="edited without a dead letter",
        ),
    ],
)
def test_every_end_that_an_event_must_not_have_is_found(event: Any, evidence: Any) -> None:
    ledger = judged(history=[event], **evidence)

    assert "unexpected" in faults(ledger)


def test_an_event_that_lost_against_another_of_its_id_must_be_a_dead_letter() -> None:
    ledger = judged(
        history=[FIRST, REUSED],
        answers=answers(FIRST, REUSED),
        puts=[put(FIRST), put(REUSED, held=state(FIRST))],
    )

    assert faults(ledger) == ["lost"]
