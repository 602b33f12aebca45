"""What needs attention in an environment, and the form of the rules that find it."""

import shlex
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from ingestion.cli.environment import Deployment
from ingestion.cli.login.known import repair_command
from ingestion.cli.status.status import Status

REPAIR = ("make", "deploy")
# A person did it. All other states and problems are failures.
DONE_BY_PEOPLE = ("paused", "closed")


def level_of(problem: str) -> str:
    """Return how bad a state or a problem is: warn or bad."""
    return "warn" if problem in DONE_BY_PEOPLE else "bad"


class Finding(NamedTuple):
    """A problem of a part, with what it means and the command to run next.

    `words` are those of the command. Its first word is the program. `size` is how many messages,
    calls, requests or files the problem is about.
    """

    part: str
    problem: str
    text: str
    words: tuple[str, ...]
    size: int = 0

    @property
    def level(self) -> str:
        """Return how bad the problem is."""
        return level_of(self.problem)

    def command(self, deployment: Deployment) -> str:
        """Return the command for a shell. It names the environment."""
        program, *words = self.words
        if program == "ingest":
            return deployment.command(*words)
        if self.words == REPAIR:
            return repair_command(deployment.environment)
        return shlex.join(self.words)


Rule = Callable[[Status, datetime], Finding | None]
