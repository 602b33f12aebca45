"""The list of what needs attention."""

from ingestion.cli.status.findings.causes import CAUSES
from ingestion.cli.status.findings.effects import EFFECTS
from ingestion.cli.status.findings.finding import Finding
from ingestion.cli.status.reader import Snapshot


def find_problems(snapshot: Snapshot) -> list[Finding]:
    """Return what needs attention: failures, then what a person did, each with the largest first.

    Equal ones are in the order of the parts: causes first, then effects.
    """
    problems = [
        found
        for status in snapshot.statuses
        for rule in (*CAUSES, *EFFECTS)
        if (found := rule(status, snapshot.read_at))
    ]
    return sorted(problems, key=lambda found: (found.level != "bad", -found.size))
