"""Time and memory of the process that reads a PDF of 100 pages."""

import resource
import time
from collections.abc import Iterator
from pathlib import Path

from ingestion.files.documents.isolated import read_isolated
from ingestion.files.documents.memory import memory_for_reading
from tests.benchmarks.figures.figure import Figure, print_figures
from tests.unit.files.documents.reading import SAMPLES

FILES = ("fpdf2-100-pages.pdf", "reportlab-100-pages.pdf")
MAX_SECONDS, MAX_MB = 10, 300
ROUNDS = 3


def figures() -> Iterator[Figure]:
    """Yield the seconds of each PDF, then the largest memory of all."""
    for name in FILES:
        rounds = [seconds_of(SAMPLES / name) for _ in range(ROUNDS)]
        yield Figure("documents", f"text of {name}", "", MAX_SECONDS, rounds, unit="s")
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield Figure("documents", "memory of reading them", "", MAX_MB, [peak_mb], unit="MB")


def seconds_of(file: Path) -> float:
    """Return how long a document takes, with the start of its process."""
    with file.open("rb") as content:
        started = time.perf_counter()
        read_isolated(content, file.name, "utf-8", lambda: False, memory_for_reading(1769))
        return time.perf_counter() - started


if __name__ == "__main__":
    print_figures(figures())
