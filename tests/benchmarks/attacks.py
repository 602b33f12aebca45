"""Memory and CPU of the most expensive requests, each in a process of its own.

The measure is a valid request of 500 events: no request may take more CPU, or over 200 MB. Each
attack is sent twice: as large as a body may be, and with as many values as a request may hold.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra.tools.paths import ROOT
from ingestion.handlers import api
from tests.benchmarks.attack_requests import REQUESTS, SIZES, VALID
from tests.benchmarks.figures.figure import Figure, print_figures
from tests.benchmarks.support.stage import PATH, SOURCE, set_up, submission, with_canned_responses
from tests.support.invocations import context, request

MAX_MB = 200
WIDTH = 140

app = typer.Typer(add_completion=False)


@app.command()
def run(
    names: Annotated[list[str] | None, typer.Argument(help="Requests (default: all).")] = None,
) -> None:
    """Send each request to a new process, and print its cost."""
    table = Table("request", "size", "status", "peak MB", "CPU ms", "CPU / valid", "response bytes")
    for name, size, found in _measure_all(names or list(REQUESTS)):
        peak, cpu, ratio = found["peak_mb"], found["cpu_ms"], found["cpu_ratio"]
        cells = (f"{peak:.0f}", f"{cpu:.0f}", f"{ratio:.2f}", f"{found['response_bytes']:,}")
        table.add_row(name, size, str(found["status"]), *cells)
    output = Console()
    output.width = max(output.width, WIDTH)
    output.print(table)


@app.command(name="figures", hidden=True)
def print_all() -> None:
    """Print the figures that have a target."""
    print_figures(_figures())


def _figures() -> Iterator[Figure]:
    """Yield the memory and the CPU of the most expensive request."""
    found = [cost for _, _, cost in _measure_all(list(REQUESTS))]
    peak = max(cost["peak_mb"] for cost in found)
    yield Figure("attacks", "memory of the most expensive request", "", MAX_MB, [peak], unit="MB")
    ratio = max(cost["cpu_ratio"] for cost in found)
    yield Figure("attacks", "CPU of the most expensive request", VALID, 1, [ratio])


def _measure_all(names: list[str]) -> Iterator[tuple[str, str, dict[str, float]]]:
    """Yield the cost of each request in each size, compared with that of the valid one."""
    valid = median(_measured(VALID, "full")["cpu_ms"] for _ in range(3))
    for name in names:
        for size in SIZES if name != VALID else ("full",):
            found = _measured(name, size)
            yield name, size, found | {"cpu_ratio": found["cpu_ms"] / valid}


def _measured(name: str, size: str) -> dict[str, float]:
    """Return what one request costs a new process."""
    command = [sys.executable, "-m", "tests.benchmarks.attacks", "one", name, size]
    result = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(result.stdout.splitlines()[-1])
    return found


@app.command(hidden=True)
def one(name: str, size: str) -> None:
    """Send one request after a small one, and print its cost. The peak is the process's own."""
    sent = json.dumps(REQUESTS[name](SIZES[size]))
    output = sys.stdout
    with set_up() as stage:
        with_canned_responses(stage)
        api.handle(request(PATH, submission(0), source=SOURCE), context(), stage.api)
        started = time.process_time()
        response = api.handle(json.loads(sent), context(), stage.api)
        seconds = time.process_time() - started
    found = {
        "status": response["statusCode"],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "cpu_ms": seconds * 1000,
        "response_bytes": len(response["body"]),
    }
    output.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    app()
