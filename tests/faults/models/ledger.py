"""The ledger: the counts of a run by source, and one line for each fault that was found."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

# The rows: what was sent, the outcomes of acknowledged events, what followed, and the faults.
SENT = ("attempted", "refused", "unanswered", "acknowledged")
OUTCOMES = ("stored", "superseded", "duplicate", "edited", "dead-lettered", "unrouted")
FOLLOWED = (
    "files",
    "refused files",
    "rejected rows",
    "changes published",
    "changes delivered",
    "entities indexed",
)
FAULTS = (
    "lost",
    "unexpected",
    "applied twice",
    "order inversions",
    "wrong dead letters",
    "edits lost",
    "reports wrong",
    "changes lost",
    "changes out of order",
    "replica differs",
    "search differs",
    "without effect",
)
SECTIONS = (SENT, OUTCOMES, FOLLOWED, FAULTS)
ALL = "all"  # The column of faults that belong to no source.


@dataclass
class Ledger:
    """The counts by source, and one line for each fault."""

    counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    findings: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Return whether there are no faults and every acknowledgement has an outcome."""
        return not self.findings and all(
            counts["acknowledged"] == sum(counts[outcome] for outcome in OUTCOMES)
            for counts in self.counts.values()
        )

    def find(self, source: str, fault: str, what: object) -> None:
        """Count a fault and add a line about it."""
        self.counts[source][fault] += 1
        self.findings.append(f"{source}: {fault}: {what}")
