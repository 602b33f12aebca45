"""The list of what needs attention, which names the environment in each command."""

import shlex
from typing import NamedTuple

from ingestion.cli.environment import Deployment
from ingestion.cli.status.findings.causes import CAUSES
from ingestion.cli.status.findings.effects import EFFECTS
from ingestion.cli.status.reader import Snapshot


class Finding(NamedTuple):
    """A problem of a part, with what it means and the command to run next."""

    part: str
    problem: str
    text: str
    command: str


def find_problems(snapshot: Snapshot, deployment: Deployment) -> list[Finding]:
    """Return what needs attention, in the order of the parts: causes first, then effects."""
    return [
        Finding(status.name, found.problem, found.text, _with_env(found.command, deployment))
        for status in snapshot.statuses
        for rule in (*CAUSES, *EFFECTS)
        if (found := rule(status, snapshot.read_at))
    ]


def _with_env(command: str, deployment: Deployment) -> str:
    if command.startswith("make "):
        return f"{command} ENV={deployment.environment}"
    program, *words = shlex.split(command)
    return deployment.command(*words) if program == "ingest" else command
