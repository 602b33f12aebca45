"""The faults that are active now, and how often each took effect."""

import random
import signal
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Function = Literal[
    "api", "worker", "extractor", "inserter", "changes", "delivery", "indexer", "operator"
]

# The call that gives a function its effect. A killed or stalled function has made this call.
EFFECTS: dict[Function, str] = {
    "api": "PublishBatch",
    "worker": "PutItem",
    "extractor": "PutObject",
    "inserter": "PublishBatch",
    "changes": "PublishBatch",
    "delivery": "POST",
    "indexer": "PutObject",  # A file of the index, or its pointer.
}


class Chance(NamedTuple):
    """A fault that the first call of the function meets, and later ones with this probability.

    If there is no function, calls of all functions meet it.
    """

    fault: str
    probability: float
    function: Function | None = None


class Strike(NamedTuple):
    """A signal to the process of a function, sent when its call has taken effect."""

    chance: Chance
    signal: signal.Signals


@dataclass
class ActiveFaults:
    """The faults that are active now. `injected` counts by name how often each took effect.

    While `is_table_cut_off` is set, no put reaches the table.
    """

    injected: Counter[str] = field(default_factory=Counter)
    strikes: list[Strike] = field(default_factory=list)
    partials: list[Chance] = field(default_factory=list)
    refusals: list[Chance] = field(default_factory=list)
    is_table_cut_off: bool = False

    def drawn(self, chances: list[Chance], function: Function) -> str | None:
        """Return the name of a fault that a call of this function meets now, if any."""
        return next((chance.fault for chance in chances if self._hits(chance, function)), None)

    def due_strikes(self, function: Function, operation: str) -> list[Strike]:
        """Return the signals to send after this call."""
        if EFFECTS.get(function) != operation:
            return []
        return [strike for strike in self.strikes if self._hits(strike.chance, function)]

    def _hits(self, chance: Chance, function: Function) -> bool:
        if chance.function not in (None, function):
            return False
        return not self.injected[chance.fault] or random.random() < chance.probability
