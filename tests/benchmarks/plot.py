"""The picture of a benchmark: every figure beside its target, with all of its rounds."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure as Picture

from tests.benchmarks.figure import ROOM, Figure

_COLOURS = {"past": "#d62728", "near": "#ff7f0e", "met": "#1f77b4"}


def plot(file: Path, figures: list[Figure]) -> None:
    """Draw how much of its target each figure takes; write it as PNG.

    Where the target is the least, what is drawn is target by figure: less is better throughout.
    """
    with mpl.rc_context({"font.size": 8, "axes.spines.top": False, "axes.spines.right": False}):
        picture = Picture(figsize=(10, 0.32 * len(figures) + 1.2), layout="constrained")
        axes = picture.subplots()
        for row, figure in enumerate(reversed(figures)):
            shares = [_share(figure, value) for value in figure.rounds]
            colour = _COLOURS["past" if figure.is_past else "met" if figure.is_met else "near"]
            axes.barh(row, _share(figure, figure.value), height=0.6, color=colour, alpha=0.35)
            axes.plot(shares, [row] * len(shares), "|", color=colour, markersize=8)
        axes.axvline(1, color="black", linewidth=1, label="target")
        axes.axvline(
            ROOM, color="black", linewidth=1, linestyle=":", label=f"{ROOM} times the target"
        )
        axes.set_yticks(range(len(figures)), [_label(figure) for figure in reversed(figures)])
        axes.set_xlim(0, 1.6)
        axes.set_xlabel("share of the target, less is better: bar = median, ticks = rounds")
        axes.legend(loc="lower right", frameon=False)
        picture.savefig(file, dpi=120)


def _share(figure: Figure, value: float) -> float:
    return figure.target / value if figure.least else value / figure.target


def _label(figure: Figure) -> str:
    return f"{figure.name}: {figure.shown}"
