"""What needs attention in an environment, and the form of the rules that find it."""

import shlex
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from ingestion.cli.environment import Deployment
from ingestion.cli.login.known import repair_command
from ingestion.cli.status.status import Status

REPAIR = ("make", "deploy")


class Finding(NamedTuple):
    """A problem of a part, with what it means and the command to run next.

    `words` are those of the command. Its first word is the program.
    """

    part: str
    problem: str
    text: str
    words: tuple[str, ...]

    def command(self, deployment: Deployment) -> str:
        """Return the command for a shell. It names the environment."""
        program, *words = self.words
        if program == "ingest":
            return deployment.command(*words)
        if self.words == REPAIR:
            return repair_command(deployment.environment)
        return shlex.join(self.words)


Rule = Callable[[Status, datetime], Finding | None]
