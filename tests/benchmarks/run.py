"""Measures every figure that has a target, each part in its own process, and prints a table."""

import re
import subprocess
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra.tools.paths import ROOT
from tests.benchmarks.figures.figure import Figure, parse_figures
from tests.benchmarks.figures.plot import plot

PARTS: dict[str, list[str]] = {  # The quick ones come first.
    "cheap": [],
    "cpu": [],
    "start": [],
    "status": [],
    "console": [],
    "files": ["figures"],
    "documents": [],
    "attacks": ["figures"],
    "mapping": [],
    "search": [],
    "end_to_end": [],
    "up": ["figures"],
}
WIDTH = 150  # The minimum line width, so that lines do not wrap without a terminal.
HEADER = ("figure", "compared with", "median", "rounds", "target", "")
PAGE = ROOT / "docs" / "performance.md"
PICTURE = PAGE.with_suffix(".png")
_TABLE = re.compile(r"(?<=<!-- make bench DOCS=1 -->\n).*?(?=<!-- end -->)", re.DOTALL)

console = Console(stderr=True)


def measured(part: str) -> list[Figure]:
    """Return the figures of a part. A part that fails prints its error and has none."""
    command = [sys.executable, "-m", f"tests.benchmarks.{part}", *PARTS[part]]
    with console.status(f"measuring {part}: keep the machine idle"):
        result = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True)
    return [] if result.returncode else parse_figures(result.stdout)


def row(figure: Figure) -> tuple[str, ...]:
    """Return name, comparison, median, range of rounds, target and verdict."""
    least, most = min(figure.rounds), max(figure.rounds)
    rounds = f"{least:.3g} to {most:.3g}" if len(figure.rounds) > 1 else ""
    bound = f"{'≥' if figure.least else '≤'} {figure.target:g} {figure.unit}".strip()
    verdict = "past" if figure.is_past else "met" if figure.is_met else "near"
    return figure.name, figure.against, figure.shown, rounds, bound, verdict


def show(figures: list[Figure]) -> None:
    """Print one line for each figure."""
    table = Table(*HEADER)
    for figure in figures:
        table.add_row(*row(figure))
    output = Console()
    output.width = max(output.width, WIDTH)
    output.print(table)


def document(figures: list[Figure]) -> None:
    """Write the table and the picture into docs/performance.md."""
    lines = [HEADER, ("---",) * len(HEADER), *map(row, figures)]
    table = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    PAGE.write_text(_TABLE.sub(lambda _: table, PAGE.read_text()))
    plot(PICTURE, figures)


def main(
    parts: Annotated[list[str] | None, typer.Argument(help=f"Of {', '.join(PARTS)}.")] = None,
    docs: Annotated[bool, typer.Option("--docs", help="Write docs/performance.md, too.")] = False,
) -> None:
    """Exit with 1 if a part fails, or if a figure misses its target beyond the tolerance."""
    chosen = parts or list(PARTS)
    unknown = sorted(set(chosen) - PARTS.keys())
    if unknown:
        raise typer.BadParameter(f"no part {', '.join(unknown)}: there are {', '.join(PARTS)}")
    found = {part: measured(part) for part in chosen}
    figures = [figure for from_part in found.values() for figure in from_part]
    show(figures)
    failed = [part for part, from_part in found.items() if not from_part]
    if failed:
        console.print(f"Failed: {', '.join(failed)}.")
    elif docs:
        document(figures)
    if failed or any(figure.is_past for figure in figures):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
