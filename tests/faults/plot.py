"""Draws a soak: the faults, the outcomes by source, and the waiting events over time."""

from collections import defaultdict
from itertools import accumulate
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.faults.history.events import ENTITY
from tests.faults.injection.puts import Result
from tests.faults.injection.script import Window
from tests.faults.models.evidence import Evidence

RESTART_WIDTH_SECONDS = 2
OUTCOMES = {
    "stored": "#2a6fdb",
    "superseded": "#8fb4ef",
    "duplicate": "#b6bec8",
    "dead-lettered": "#cf222e",
}
_TARGETS = {
    "table": "#2a6fdb",
    "topic": "#cf3f7f",
    "bucket": "#8250df",
    "functions": "#d9730d",
    "endpoint": "#1a7f5a",
    "emulator": "#6e7781",
    "operator": "#8a6d00",
}
_TARGET_OF_SERVICE = {"dynamodb": "table", "s3": "bucket"}


def plot(file: Path, windows: list[Window], evidence: Evidence) -> None:
    """Draw one panel of faults and one for each source, and write the picture as PNG.

    A panel stacks the outcomes below the line of acknowledged events. The gap is what still waits.
    """
    curves, started = _curves(evidence), evidence.started
    rows = 0.23 * len(windows) + 0.6
    with mpl.rc_context({"axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(11, rows + 2.1 * (len(ENTITY) + 1) + 0.8), layout="constrained")
        figure.suptitle(
            f"Soak test: {len(evidence.history):,} events while faults are injected", fontsize=13
        )
        heights = [rows, *[2.1] * (len(ENTITY) + 1)]
        faults, *panels, waiting = figure.subplots(
            len(ENTITY) + 2, sharex=True, height_ratios=heights
        )
        _draw_faults(faults, windows)
        for axes, source in zip(panels, ENTITY, strict=True):
            _draw_outcomes(axes, source, curves[source], started)
            _draw_waiting(waiting, source, curves[source], started)
        panels[0].legend(loc="upper left", frameon=False, ncols=2)
        waiting.set_title("Waiting: acknowledged, without an outcome yet", loc="left", fontsize=10)
        waiting.set_ylabel("events")
        waiting.legend(loc="upper left", frameon=False, ncols=len(ENTITY))
        waiting.set_xlabel("seconds since the first event")
        figure.savefig(file, dpi=120)


Curves = dict[str, list[float]]  # The times at which each count rises.


def _curves(evidence: Evidence) -> dict[str, Curves]:
    reached: dict[tuple[str, str], tuple[float, str]] = {}
    for put in evidence.puts:
        name = put.version.source, put.version.id
        if put.result is Result.WRITTEN:
            reached[name] = put.at, "stored"
        elif put.held:
            reached.setdefault(name, (put.at, "superseded"))
    for dead in evidence.dead_letters:
        at = dead.sent_at.timestamp()
        reached[dead.queue, evidence.event_id(dead)] = at, "dead-lettered"
    curves: dict[str, Curves] = {source: defaultdict(list) for source in ENTITY}
    posted = {event.label: event for event in evidence.history if event.source in ENTITY}
    for event in posted.values():
        acknowledged = evidence.answers.acknowledged.get(event.label, [])
        curves[event.source]["acknowledged"] += acknowledged
        curves[event.source]["duplicate"] += acknowledged[1:]
        if (event.source, event.id) in reached:
            at, outcome = reached[event.source, event.id]
            curves[event.source][outcome].append(at)
    return curves


def _draw_faults(axes: Axes, windows: list[Window]) -> None:
    for row, window in enumerate(windows):
        width = max(window.end - window.at, RESTART_WIDTH_SECONDS)
        axes.barh(row, width, left=window.at, height=0.7, color=_TARGETS[_target(window)])
    axes.set_yticks(range(len(windows)), [window.name for window in windows])
    axes.set_ylim(len(windows) - 0.4, -0.6)
    axes.set_title("Faults", loc="left", fontsize=10)
    axes.grid(axis="x", color="#d0d7de", linewidth=0.6)
    axes.set_axisbelow(True)
    for target, colour in _TARGETS.items():
        axes.barh(0, 0, color=colour, label=target)
    axes.legend(title="injected at", loc="upper right", fontsize=9)


def _target(window: Window) -> str:
    """Return where the fault is injected."""
    if window.restart:
        return "emulator"
    if window.action:
        return "operator"
    if window.refuse:
        return "endpoint"
    if window.kill or window.stall:
        return "functions"
    services = {rule.get("service", "") for rule in window.rules or ()}
    return next((_TARGET_OF_SERVICE[name] for name in services & set(_TARGET_OF_SERVICE)), "topic")


def _draw_outcomes(axes: Axes, source: str, curves: Curves, started: float) -> None:
    """Stack the outcomes below the line of acknowledged events."""
    acknowledged = sorted(moment - started for moment in curves["acknowledged"])
    axes.step(
        acknowledged,
        range(1, len(acknowledged) + 1),
        where="post",
        color="black",
        linewidth=1.4,
        label="acknowledged",
    )
    steps = sorted((at - started, name) for name in OUTCOMES for at in curves[name])
    times = [at for at, _ in steps]
    heights = [
        list(accumulate(float(name == outcome) for _, name in steps)) for outcome in OUTCOMES
    ]
    axes.stackplot(
        times, heights, labels=list(OUTCOMES), colors=list(OUTCOMES.values()), step="post"
    )
    axes.set_title(f"{source}: outcomes of acknowledged events", loc="left", fontsize=10)
    axes.set_ylabel("events, in total")
    axes.set_ylim(bottom=0)


def _draw_waiting(axes: Axes, source: str, curves: Curves, started: float) -> None:
    steps = [(at, 1 if name == "acknowledged" else -1) for name in curves for at in curves[name]]
    times = [at - started for at, _ in sorted(steps)]
    waiting = list(accumulate(step for _, step in sorted(steps)))
    axes.step(times, waiting, where="post", label=source, linewidth=1.2)
