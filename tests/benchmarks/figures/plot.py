"""Draws the benchmark's figures: one panel for each unit, with rounds and targets."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture
from matplotlib.lines import Line2D

from tests.benchmarks.figures.figure import ROOM, Figure

_UNITS = {
    "": "times what the label compares with",
    "s": "seconds",
    "MB": "megabytes",
    "µs": "microseconds",
}
_COLOURS = {"met": "#1f6feb", "near": "#bf8700", "past": "#cf222e"}
_MEANINGS = {
    "met": "median, target met",
    "near": f"median, within {ROOM:g} times the target",
    "past": "median, target missed",
}
_ROW_INCHES, _PANEL_INCHES = 0.42, 0.75


def plot(file: Path, figures: list[Figure]) -> None:
    """Draw the rounds, the median and the target of each figure, and write the picture as PNG."""
    panels: dict[str, list[Figure]] = {"": []}  # Ratios come first.
    for figure in figures:
        panels.setdefault(figure.unit, []).append(figure)
    panels = {unit: rows for unit, rows in panels.items() if rows}
    heights = [_ROW_INCHES * len(rows) + _PANEL_INCHES for rows in panels.values()]
    with mpl.rc_context({"axes.spines.top": False, "axes.spines.right": False}):
        picture = Picture(figsize=(11, sum(heights) + 1), layout="constrained")
        picture.suptitle("Performance: every figure with its rounds and its target", fontsize=13)
        grid = picture.subplots(len(panels), squeeze=False, height_ratios=heights)
        for axes, (unit, rows) in zip(grid[:, 0], panels.items(), strict=True):
            _draw_panel(axes, unit, rows)
        picture.legend(handles=_legend(), loc="outside lower center", ncols=3, frameon=False)
        picture.savefig(file, dpi=120)


def _draw_panel(axes: Axes, unit: str, figures: list[Figure]) -> None:
    for row, figure in enumerate(figures):
        colour = _COLOURS[_verdict(figure)]
        axes.plot(figure.rounds, [row] * len(figure.rounds), "|", color="#6e7781", markersize=11)
        axes.plot(figure.value, row, "o", color=colour, markersize=7)
        axes.plot([figure.target] * 2, [row - 0.35, row + 0.35], color="black", linewidth=2)
        axes.text(1.01, row, _wanted(figure), transform=axes.get_yaxis_transform(), va="center")
    axes.set_yticks(range(len(figures)), [_label(figure) for figure in figures])
    axes.set_ylim(len(figures) - 0.4, -0.6)
    axes.set_xlim(0, 1.12 * max(max(*figure.rounds, figure.target) for figure in figures))
    axes.set_xlabel(_UNITS.get(unit, unit))
    axes.grid(axis="x", color="#d0d7de", linewidth=0.6)
    axes.set_axisbelow(True)


def _verdict(figure: Figure) -> str:
    return "past" if figure.is_past else "met" if figure.is_met else "near"


def _wanted(figure: Figure) -> str:
    return f"{'≥' if figure.least else '≤'} {figure.target:g}"


def _label(figure: Figure) -> str:
    """Return the figure's name and value, and what it is compared with."""
    name = f"{figure.name}: {figure.shown}"
    return f"{name}\nvs. {figure.against}" if figure.against else name


def _legend() -> list[Line2D]:
    dots = [
        Line2D([], [], linestyle="", marker="o", color=_COLOURS[verdict], label=meaning)
        for verdict, meaning in _MEANINGS.items()
    ]
    rounds = Line2D([], [], linestyle="", marker="|", color="#6e7781", label="one round")
    return [*dots, rounds, Line2D([], [], color="black", linewidth=2, label="target")]
