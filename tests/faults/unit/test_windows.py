"""A fault without effect makes a run fail."""

from tests.faults.models.evidence import Evidence
from tests.faults.models.verdict import judge
from tests.faults.unit.factories import RUN


def test_a_window_in_which_nothing_failed_is_found_by_its_name() -> None:
    ledger = judge(Evidence(RUN, injected={"table away": 7, "topic throttles": 0}))

    assert not ledger.is_clean
    assert ledger.findings == [
        "all: without effect: topic throttles: nothing failed in this window"
    ]


def test_a_run_whose_faults_all_had_an_effect_is_clean() -> None:
    assert judge(Evidence(RUN, injected={"table away": 1})).is_clean
