"""A problem that `status` finds, and the form of the rules that find one."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from ingestion.cli.status.status import Status


class Problem(NamedTuple):
    """A name for it, what it means, and the command to run next.

    `command` begins with the program. A command of `ingest` has no `--env` yet.
    """

    problem: str
    text: str
    command: str


Rule = Callable[[Status, datetime], Problem | None]
