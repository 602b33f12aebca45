"""The picture of the benchmark has a panel for each unit."""

from pathlib import Path

from tests.benchmarks.figures.figure import Figure
from tests.benchmarks.figures.plot import plot

PNG = b"\x89PNG\r\n\x1a\n"


def test_figures_of_several_units_are_drawn_in_one_picture(tmp_path: Path) -> None:
    figures = [
        Figure("api", "CPU", "a plain loop", 1.1, [0.9, 1.0, 1.2]),
        Figure("cheap", "log", "", 700, [667], unit="bytes", exact=True),
        Figure("end to end", "events/s", "a plain loop", 1.2, [0.8], least=True),
    ]

    plot(tmp_path / "figures.png", figures)

    assert (tmp_path / "figures.png").read_bytes().startswith(PNG)
