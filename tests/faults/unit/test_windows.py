"""A fault without effect makes a run fail."""

import threading

from tests.faults.injection import script
from tests.faults.injection.processes import Processes
from tests.faults.injection.proxy import FaultProxy
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


def test_a_script_whose_windows_meet_no_call_makes_the_run_fail() -> None:
    proxy = FaultProxy("http://127.0.0.1:1", Processes(list))
    rule = {"service": "dynamodb", "reset": True}
    windows = [
        script.Window(name="table resets", at=0, seconds=0.01, rules=[rule]),
        script.Window(name="workers killed", at=0, seconds=0.01, kill=1, function="worker"),
        script.Window(name="restart", at=0, restart=True),
        script.Window(name="source closed", at=0, seconds=0.01, close="sourceB"),
    ]
    stop = threading.Event()
    threading.Timer(1, stop.set).start()  # The faults would wait longer for an effect.

    with proxy.running():
        script.run_script(windows, proxy, {"restart": lambda _: 1, "close": lambda _: 0}, stop)
    ledger = judge(Evidence(RUN, injected=script.effects(windows, proxy)))

    assert [finding.split(": ")[2] for finding in ledger.findings] == [
        "table resets",
        "workers killed",
        "source closed",
    ]
