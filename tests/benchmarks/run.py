"""Measures everything that has a target, each part in a process of its own, and shows it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra.tools.paths import ROOT
from tests.benchmarks.figure import Figure, told
from tests.benchmarks.plot import plot

PARTS = {  # In this order: the quick ones first.
    "cheap": (),
    "cpu": (),
    "start": (),
    "files": ("figures",),
    "end_to_end": (),
    "up": ("figures",),
}

WIDTH = 150  # Of lines that are not folded where nobody looks at a terminal.


def measured(parts: list[str]) -> Iterator[Figure]:
    """The figures of the parts, as they are found. A part that fails ends all."""
    for part in parts:
        command = [sys.executable, "-m", f"tests.benchmarks.{part}", *PARTS[part]]
        answer = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        yield from told(answer.stdout)


def show(figures: list[Figure]) -> Table:
    """A line a figure: its median, the least and the most of its rounds, and its target."""
    table = Table("figure", "compared with", "median", "rounds", "target", "")
    for figure in figures:
        least, most = min(figure.rounds), max(figure.rounds)
        shown = f"{least:.4g} to {most:.4g}" if len(figure.rounds) > 1 else ""
        bound = f"{'≥' if figure.least else '≤'} {figure.target:g} {figure.unit}"
        verdict = "past" if figure.is_past else "met" if figure.is_met else "near"
        value = f"{figure.value:.4g} {figure.unit}"
        table.add_row(figure.name, figure.against, value, shown, bound.strip(), verdict)
    return table


def main(
    part: Annotated[list[str] | None, typer.Argument(help=f"Of {', '.join(PARTS)}.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Where to draw it, as PNG.")] = None,
) -> None:
    """Exit with 1 where a figure is past its target, with room for a noisy machine."""
    unknown = set(part or ()) - PARTS.keys()
    if unknown:
        raise typer.BadParameter(f"no part {', '.join(sorted(unknown))}: {', '.join(PARTS)}")
    with Console(stderr=True).status("measuring: keep the machine idle"):
        figures = list(measured(part or list(PARTS)))
    output = Console()
    output.width = max(output.width, WIDTH)
    output.print(show(figures))
    if picture:
        plot(picture, figures)
    if any(figure.is_past for figure in figures):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
