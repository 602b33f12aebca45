"""The result of a benchmark: a figure, whose rounds measure two acts alternately."""

import gc
import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from statistics import median

ROUNDS = 9
ROOM = 1.25  # The tolerance beyond a target, because machines are noisy.

Act = Callable[[], object]


@dataclass(frozen=True)
class Figure:
    """One line of the report: the median of the rounds, and its target.

    `part` groups figures. `against` says what a ratio compares with. Other figures have a `unit`.
    An `exact` figure has no noise, so no tolerance. With `least`, the target is a minimum.
    """

    part: str
    name: str
    against: str
    target: float
    rounds: list[float]
    unit: str = ""
    exact: bool = False
    least: bool = False

    @property
    def value(self) -> float:
        """Return the median."""
        return median(self.rounds)

    @property
    def shown(self) -> str:
        """Return the value with its unit, rounded to its precision."""
        return f"{self.value:.{4 if self.exact else 3}g} {self.unit}".strip()

    @property
    def is_met(self) -> bool:
        """Return whether the target is met."""
        return self.value >= self.target if self.least else self.value <= self.target

    @property
    def is_past(self) -> bool:
        """Return whether the target is missed by more than noise explains."""
        room = 1 if self.exact else ROOM
        limit = self.target / room if self.least else self.target * room
        return self.value < limit if self.least else self.value > limit


def measure_ratios(
    ours: Act,
    theirs: Act,
    *,
    times: int = 1,
    rounds: int = ROUNDS,
    clock: Callable[[], float] = time.process_time,
) -> list[float]:
    """Return the cost of ours divided by that of theirs for each round.

    Each goes first in every other round, and runs `times` times. Default clock: CPU of all threads.
    """
    ours(), theirs()
    ratios = []
    for turn in range(rounds):
        if turn % 2:
            mine, other = cost(ours, times, clock), cost(theirs, times, clock)
        else:
            other, mine = cost(theirs, times, clock), cost(ours, times, clock)
        ratios.append(mine / other)
    return ratios


def cost(act: Act, times: int = 1, clock: Callable[[], float] = time.process_time) -> float:
    """Return the seconds that this many runs of the act take."""
    gc.collect()
    started = clock()
    for _ in range(times):
        act()
    return clock() - started


def print_figures(figures: Iterable[Figure]) -> None:
    """Print each figure as a line of JSON, for the process that started this one."""
    output = sys.stdout  # While handlers run, stdout is redirected.
    for figure in figures:
        output.write(json.dumps(asdict(figure)) + "\n")
        output.flush()


def parse_figures(lines: str) -> list[Figure]:
    """Parse the figures that a process printed."""
    return [Figure(**json.loads(line)) for line in lines.splitlines()]
