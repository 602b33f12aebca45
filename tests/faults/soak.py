"""Sends a history through the local stack while faults are injected, and checks what comes out.

    make soak [EVENTS=10000] [FAULTS=default | file.yaml] [SEED=1]

Exits with 1 if a model finds a fault, or if a fault of the script had no effect.
"""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra.tools.run import console, run_tool
from infra.tools.stack.up import bring_up
from tests.faults.injection import script
from tests.faults.models.ledger import FAULTS, SECTIONS, Ledger
from tests.faults.models.verdict import judge
from tests.faults.plot import plot
from tests.faults.soak_run import Soak
from tests.faults.stack import SoakStack

SCRIPTS = Path(__file__).parent
SHOWN_FINDINGS = 20


def show(ledger: Ledger, injected: dict[str, int], seconds: float) -> None:
    """Print the ledger by source. Faults come last, in red where they occurred."""
    sources = sorted(ledger.counts)
    table = Table("events", *sources, title=f"Ledger after {seconds:.0f} s")
    for section in SECTIONS:
        for measure in section:
            counts = [ledger.counts[source][measure] for source in sources]
            style = "bold red" if section is FAULTS and any(counts) else ""
            table.add_row(measure, *map(str, counts), style=style)
        table.add_section()
    Console().print(table)
    for name, count in injected.items():
        console.print(f"{name}: {count or 'without effect'}", highlight=False)
    for finding in ledger.findings[:SHOWN_FINDINGS]:
        console.print(finding, markup=False)


def main(
    events: Annotated[int, typer.Option(min=1, max=100_000)] = 10_000,
    faults: Annotated[str, typer.Option(help="default, short, or a file.")] = "default",
    seed: int = 1,
) -> None:
    """Start a stack, run the soak, and print the ledger. Exit with 1 if the ledger is not clean."""
    file = SCRIPTS / f"{faults}.yaml" if faults.isidentifier() else Path(faults)
    windows = script.load(file)
    stack = SoakStack()
    picture = stack.directory / "soak.png"
    try:
        bring_up(stack)
        started = time.time()
        evidence = Soak(stack, windows, f"soak{started:.0f}", events, seed).collect_evidence()
    finally:
        stack.emulator.stop()
    ledger = judge(evidence)
    show(ledger, evidence.injected, time.time() - started)
    plot(picture, windows, evidence)
    console.print(f"The picture is {picture}.")
    if not ledger.is_clean:
        sys.exit(1)


if __name__ == "__main__":
    run_tool(lambda: typer.run(main))
