"""Fault scripts: wrong ones are refused, and faults are active on time."""

import threading
from pathlib import Path

import pytest

from infra.tools.errors import SetupError
from tests.faults.injection import script
from tests.faults.injection.processes import Processes
from tests.faults.injection.proxy import FaultProxy

SCRIPTS = Path(script.__file__).parents[1]


@pytest.mark.parametrize(
    ("name", "outage_seconds", "missing"), [("default", 90, set()), ("short", 28, {"deploy"})]
)
def test_every_shipped_script_has_every_kind_of_fault(
    name: str, outage_seconds: float, missing: set[str]
) -> None:
    windows = script.load(SCRIPTS / f"{name}.yaml")

    faults = {fault for window in windows for fault in window.model_dump(exclude_none=True)}
    assert set(script.FAULTS) - faults == missing
    outage = next(window for window in windows if window.name == "table away")
    assert outage.seconds == outage_seconds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[{name: x, at: 0, restart: true, kil: 1}]", "0.kil: Extra inputs"),
        ("[{name: x, at: 0}]", "must name exactly one fault"),
        ("[{name: x, at: 0, restart: true, partial: 0.5}]", "must name exactly one fault"),
        ("[{name: x, at: -1, restart: true}]", "0.at: Input should be greater"),
        ("[{name: x, at: 0, seconds: 1, partial: 2}]", "0.partial: Input should be less"),
        ("[{name: x, at: 0, seconds: 1, kill: 1, function: query}]", "'worker'"),
        ("[{name: x, at: 0, partial: 0.5}]", "must last some seconds"),
        ("[{name: x, at: 0, close: sourceB}]", "must last some seconds"),
        ("[{name: x, at: 0, seconds: 1, pause: operator}]", "0.pause: Input should be 'sourceA'"),
        ("[{name: x, at: 0, seconds: 1, rules: [{eror: {code: X}}]}]", "eror: no key"),
        ("[{name: x, at: 0, seconds: 1, rules: [{error: {cod: X}}]}]", "cod"),
        ("[{name: x, at: 0, seconds: 1, rules: [{service: dynamo, reset: true}]}]", "one of dyn"),
        ("[{name: x, at: 0, seconds: 1, rules: [{service: sns}]}]", "must have an effect"),
        ("{name: x}", "valid list"),
        ("[", "expected"),
    ],
)
def test_a_wrong_script_is_refused_with_the_key(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text(text)

    with pytest.raises(SetupError, match=message):
        script.load(file)


def test_a_missing_script_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="No such file"):
        script.load(tmp_path / "nowhere.yaml")


def test_two_windows_with_one_name_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text("[{name: x, at: 0, restart: true}, {name: x, at: 9, restart: true}]")

    with pytest.raises(SetupError, match="two windows are named x"):
        script.load(file)


def test_a_fault_is_on_in_its_window_and_until_it_had_an_effect() -> None:
    proxy = FaultProxy("http://127.0.0.1:1", Processes(list))
    faults, stop = proxy.faults, threading.Event()
    seen: list[tuple[list[str], list[str]]] = []
    windows = [
        script.Window(name="parts", at=0, seconds=1, partial=0.5),
        script.Window(name="over", at=0, seconds=0.1, partial=0.5),
        script.Window(name="no effect", at=0, seconds=0.1, kill=1, function="worker"),
        script.Window(name="restart", at=0.5, restart=True),
        script.Window(name="later", at=9, seconds=1, refuse=1),
    ]
    faults.injected.update({"over": 1})

    def restart(_: script.Window) -> int:
        partials = [chance.fault for chance in faults.partials]
        seen.append((partials, [strike.chance.fault for strike in faults.strikes]))
        stop.set()
        return 1

    with proxy.running():
        script.run_script(windows, proxy, {"restart": restart}, stop)

    assert seen == [(["parts"], ["no effect"])]
    assert (faults.partials, faults.strikes, faults.refusals) == ([], [], [])
    assert faults.injected["restart"] == 1
