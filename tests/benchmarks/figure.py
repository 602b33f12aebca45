"""What a benchmark finds: a figure, of rounds in which what is compared took turns."""

import gc
import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from statistics import median

ROUNDS = 9
ROOM = 1.25  # How far past its target a figure may be on a noisy machine.

Act = Callable[[], object]


@dataclass(frozen=True)
class Figure:
    """One line of the table: the median of its rounds, and what it is to be at most.

    `part` groups figures in the report. Of a ratio, `against` says to what; of another figure,
    `unit`. What is `exact` has no noise, and no room beyond its target. `least` turns it round.
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
        """The median."""
        return median(self.rounds)

    @property
    def shown(self) -> str:
        """Its value with its unit, as precise as it is."""
        return f"{self.value:.{4 if self.exact else 3}g} {self.unit}".strip()

    @property
    def is_met(self) -> bool:
        """Whether the target is reached."""
        return self.value >= self.target if self.least else self.value <= self.target

    @property
    def is_past(self) -> bool:
        """Whether it is so far from its target that noise does not explain it."""
        room = 1 if self.exact else ROOM
        limit = self.target / room if self.least else self.target * room
        return self.value < limit if self.least else self.value > limit


def by_turns(
    ours: Act,
    theirs: Act,
    *,
    times: int = 1,
    rounds: int = ROUNDS,
    clock: Callable[[], float] = time.process_time,
) -> list[float]:
    """What ours costs of what theirs does, once a round; each goes first every other round.

    An act is done `times` over in a round. The clock is the CPU of all threads, unless told.
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
    """Seconds that the act takes, done so often."""
    gc.collect()
    started = clock()
    for _ in range(times):
        act()
    return clock() - started


def tell(figures: Iterable[Figure]) -> None:
    """Print the figures for whoever runs this as a process of its own, a line of JSON each."""
    output = sys.stdout  # Handlers that are measured print to nowhere.
    for figure in figures:
        output.write(json.dumps(asdict(figure)) + "\n")
        output.flush()


def told(lines: str) -> list[Figure]:
    """The figures that a process printed."""
    return [Figure(**json.loads(line)) for line in lines.splitlines()]
