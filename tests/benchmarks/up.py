"""Seconds of `make up` in a new copy of the checkout: first, unchanged, and after `make down`."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra.tools.paths import ROOT
from tests.benchmarks.figures.figure import Figure, print_figures
from tests.e2e.conftest import free_port

# Files that commands create in a checkout. The copy leaves them out.
MADE = (".git", ".venv*", ".stack", ".build", ".terraform", ".*_cache", "__pycache__")


def measure() -> dict[str, float]:
    """Return the seconds of one round on a free port. Package caches stay as they are."""
    with TemporaryDirectory() as place:
        copy = Path(place) / "checkout"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*MADE))
        port = f"PORT={free_port()}"
        try:
            return {
                "setup_seconds": _seconds(copy, "setup"),
                "first_seconds": _seconds(copy, "up", port),
                "unchanged_seconds": _seconds(copy, "up", port),
                "down_seconds": _seconds(copy, "down"),
                "up_again_seconds": _seconds(copy, "up", port),
            }
        finally:
            _seconds(copy, "reset")


def without_make(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables without the flags and the port of the make that started us."""
    return {
        name: value
        for name, value in variables.items()
        if name != "PORT" and not name.startswith("MAKE")
    }


def _seconds(checkout: Path, *target: str) -> float:
    started = time.perf_counter()
    result = subprocess.run(
        ["make", *target],
        cwd=checkout,
        env=without_make(os.environ),
        check=False,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise RuntimeError(f"make {' '.join(target)}: {result.stdout}{result.stderr}")
    return round(time.perf_counter() - started, 1)


def figures() -> Iterator[Figure]:
    """Yield the figures of one round."""
    found = measure()
    for name, seconds, target in (
        ("make up, first", found["first_seconds"], 60),
        ("make up, unchanged", found["unchanged_seconds"], 5),
    ):
        yield Figure("up", name, "", target, [seconds], unit="s")


app = typer.Typer(add_completion=False)


@app.command(name="figures", hidden=True)
def print_all() -> None:
    """Print the figures that have a target."""
    print_figures(figures())


@app.command()
def run(rounds: Annotated[int, typer.Option(min=1)] = 1) -> None:
    """Print the seconds of each round."""
    found = [measure() for _ in range(rounds)]
    table = Table("measure", *(f"round {number}" for number in range(1, rounds + 1)))
    for name in found[0]:
        table.add_row(name.replace("_", " "), *(f"{seconds[name]:.1f}" for seconds in found))
    Console().print(table)


if __name__ == "__main__":
    app()
