"""The picture of a soak: what was acknowledged and what became of it, over time, per source."""

from itertools import accumulate
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.faults.proxy import Result
from tests.faults.script import Window
from tests.faults.senders import Answers
from tests.faults.verdict import Evidence, event_id
from tests.faults.workload import ENTITY, Planned

RESTART_WIDTH_SECONDS = 2


def plot(
    file: Path,
    started: float,
    windows: list[Window],
    history: list[Planned],
    answers: Answers,
    evidence: Evidence,
) -> None:
    """Draw cumulative counts for each source, with the fault windows shaded; write it as PNG.

    What is "in flight" was acknowledged and has met no outcome yet: at the end, it would be lost.
    """
    curves = _curves(history, answers, evidence)
    with mpl.rc_context({"font.size": 8, "axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(11, 2.4 * len(ENTITY) + 1.2), layout="constrained")
        panels = figure.subplots(len(ENTITY), sharex=True, squeeze=False)[:, 0]
        for axes, source in zip(panels, ENTITY, strict=True):
            for name, moments in curves[source].items():
                _draw(axes, name, [moment - started for moment in moments])
            _draw_in_flight(axes, curves[source], started)
            _shade(axes, windows, named=axes is panels[0])
            axes.set_ylabel(f"{source}\nevents")
        panels[-1].set_xlabel("seconds since the first event")
        panels[-1].legend(loc="upper left", frameon=False)
        figure.savefig(file, dpi=120)


Curves = dict[str, list[float]]  # The moments at which each count rises.


def _curves(history: list[Planned], answers: Answers, evidence: Evidence) -> dict[str, Curves]:
    reached: dict[str, tuple[float, str]] = {}
    for put in evidence.puts:
        if put.result is Result.WRITTEN:
            reached[put.version.id] = put.at, "stored"
        elif put.held:
            reached.setdefault(put.version.id, (put.at, "superseded"))
    for letter in evidence.dead_letters:
        reached[event_id(letter, history[0].run)] = letter.sent_at.timestamp(), "dead-lettered"
    names = ("acknowledged", "stored", "superseded", "duplicate", "dead-lettered")
    curves: dict[str, Curves] = {source: {name: [] for name in names} for source in ENTITY}
    for event in {event.id: event for event in history if event.source in ENTITY}.values():
        acknowledged = answers.acknowledged.get(event.id, [])
        curves[event.source]["acknowledged"] += acknowledged
        curves[event.source]["duplicate"] += acknowledged[1:]
        if event.id in reached:
            at, outcome = reached[event.id]
            curves[event.source][outcome].append(at)
    return curves


def _draw(axes: Axes, name: str, moments: list[float]) -> None:
    times = sorted(moments)
    axes.step(times, range(1, len(times) + 1), where="post", label=name, linewidth=1.2)


def _draw_in_flight(axes: Axes, curves: Curves, started: float) -> None:
    steps = [(at, 1 if name == "acknowledged" else -1) for name in curves for at in curves[name]]
    times = [at - started for at, _ in sorted(steps)]
    open_ = list(accumulate(step for _, step in sorted(steps)))
    axes.step(times, open_, where="post", label="in flight", color="black", linewidth=1.6)


def _shade(axes: Axes, windows: list[Window], *, named: bool) -> None:
    for place, window in enumerate(windows):
        end = max(window.end, window.at + RESTART_WIDTH_SECONDS)
        axes.axvspan(window.at, end, color=f"C{place % 10}", alpha=0.12, linewidth=0)
        if named:
            axes.text(
                window.at,
                1.02,
                window.name,
                transform=axes.get_xaxis_transform(),
                rotation=30,
                fontsize=7,
            )
