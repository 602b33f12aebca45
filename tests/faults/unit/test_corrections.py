"""The model of corrections notices lost ones, and answers that do not fit the table."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ingestion.syntax.times import timestamp
from tests.faults.history.corrections import Correction, SentCorrection
from tests.faults.history.events import Planned
from tests.faults.injection.puts import Fields, Put, Result, State, Version
from tests.faults.models.corrections import check_corrections
from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import Ledger
from tests.faults.unit.factories import RUN, dead_letter, faults, planned, put, state

FIELDS = {"contract_id": "run-1", "contract_name": "corrected"}
CORRECTION = Correction(1, "CONTRACT", "run-1", f"{RUN}:k1", FIELDS)
SECONDS = 1_800_000_000.0  # The correction is sent then, and answered a second later.
STORED_TIME = timestamp(datetime.fromtimestamp(SECONDS + 60, UTC))


def at(seconds: float) -> str:
    return timestamp(datetime.fromtimestamp(SECONDS + seconds, UTC))


OLD, AHEAD = planned(1), planned(2, time=STORED_TIME)


def sent(
    *statuses: int, stored_time: str = "", attempts: int = 0, is_conditional: bool = False
) -> SentCorrection:
    """Return a correction with these answers. `attempts` had none."""
    tries = [(at(0), at(1))] * (len(statuses) + attempts)
    correction = replace(CORRECTION, is_conditional=is_conditional)
    return SentCorrection(correction, tries, list(statuses), stored_time)


def put_of_correction(
    seconds: float = 0.5,
    fields: Fields = FIELDS,
    held: State | None = None,
    replaces: Planned | None = None,
) -> Put:
    version = Version(at(seconds), f"{RUN}:k1:0123456789abcdef", "operator")
    result = Result.REFUSED if held else Result.WRITTEN
    return Put(
        SECONDS + 2,
        CORRECTION.key,
        State(version, fields, replaces.version if replaces else None),
        result,
        held,
    )


def judged(correction: SentCorrection, *puts: Put, is_dead: bool = False) -> Ledger:
    ledger = Ledger()
    dead = [dead_letter(planned(1, id=f"{RUN}:k1:0123456789abcdef"), "operator")] if is_dead else []
    evidence = Evidence(RUN, corrections=[correction], puts=list(puts), dead_letters=dead)
    check_corrections(evidence, ledger)
    return ledger


@pytest.mark.parametrize(
    ("correction", "puts", "outcomes"),
    [
        (sent(202), [put_of_correction()], {"stored": 1}),
        (sent(202, 202), [put_of_correction()], {"stored": 1, "duplicate": 1}),
        (
            sent(202),
            [put(AHEAD, at=SECONDS + 1), put_of_correction(held=state(AHEAD))],
            {"superseded": 1},
        ),
        (sent(409, stored_time=STORED_TIME), [put(AHEAD, at=SECONDS - 1)], {}),
        (sent(attempts=3), [put_of_correction()], {}),
        (
            sent(409, stored_time=STORED_TIME, attempts=1),
            [put_of_correction(), put(AHEAD, at=SECONDS - 1)],
            {},
        ),
    ],
    ids=["stored", "repeated", "overtaken", "older", "no answer", "older after no answer"],
)
def test_every_right_end_is_counted(
    correction: SentCorrection, puts: list[Put], outcomes: dict[str, int]
) -> None:
    ledger = judged(correction, *puts)

    assert ledger.findings == []
    names = ("stored", "superseded", "duplicate")
    counts = ledger.counts["operator"]
    assert {name: counts[name] for name in names if counts[name]} == outcomes


@pytest.mark.parametrize(
    ("fault", "correction", "puts"),
    [
        ("lost", sent(202), []),
        ("lost", sent(202), [put(OLD)]),
        ("unexpected", sent(202), [put_of_correction(fields={"contract_id": "run-1"})]),
        ("unexpected", sent(202), [put_of_correction(fields=None)]),
        ("unexpected", sent(202), [put_of_correction(seconds=5)]),
        ("unexpected", sent(202), [put(AHEAD, at=SECONDS - 1), put_of_correction()]),
        ("unexpected", sent(409, stored_time=STORED_TIME), [put(OLD)]),
        ("unexpected", sent(409, stored_time=OLD.version.time), [put(OLD)]),
        (
            "unexpected",
            sent(409, stored_time=STORED_TIME),
            [put(AHEAD, at=SECONDS - 1), put_of_correction(held=state(AHEAD))],
        ),
    ],
    ids=[
        "never arrived",
        "only the event arrived",
        "other fields",
        "a deletion",
        "another time",
        "accepted though older",
        "refused for a time that is not stored",
        "refused for an older time",
        "refused, and published",
    ],
)
def test_every_wrong_end_is_found(fault: str, correction: SentCorrection, puts: list[Put]) -> None:
    assert fault in faults(judged(correction, *puts))


STORED = put(OLD, at=SECONDS - 1)
EXACT = put_of_correction(replaces=OLD)
OVERTAKEN = put_of_correction(replaces=OLD, held=state(AHEAD))


def test_a_conditional_correction_is_stored_or_a_dead_letter_or_refused() -> None:
    stored = judged(sent(202, is_conditional=True), STORED, EXACT)
    dead = judged(sent(202, is_conditional=True), STORED, OVERTAKEN, is_dead=True)
    refused = judged(sent(412, is_conditional=True))

    assert [ledger.findings for ledger in (stored, dead, refused)] == [[], [], []]
    assert stored.counts["operator"]["stored"] == 1
    assert dead.counts["operator"]["dead-lettered"] == 1
    assert refused.counts["operator"]["refused"] == 1


@pytest.mark.parametrize(
    ("fault", "correction", "puts", "is_dead"),
    [
        ("lost", sent(202, is_conditional=True), [STORED, OVERTAKEN], False),
        ("unexpected", sent(202, is_conditional=True), [STORED, put_of_correction()], False),
        ("unexpected", sent(412, is_conditional=True), [STORED], False),
        ("unexpected", sent(202, is_conditional=True), [EXACT], False),
        ("unexpected", sent(202), [STORED, EXACT], False),
        ("unexpected", sent(202), [STORED, put_of_correction()], True),
    ],
    ids=[
        "overtaken, and no dead letter",
        "put without the version",
        "refused though the entity exists",
        "accepted though nothing exists",
        "put with a version that nobody named",
        "a dead letter without a condition",
    ],
)
def test_every_wrong_end_of_a_condition_is_found(
    fault: str, correction: SentCorrection, puts: list[Put], is_dead: bool
) -> None:
    assert fault in faults(judged(correction, *puts, is_dead=is_dead))
