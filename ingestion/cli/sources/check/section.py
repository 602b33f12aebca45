"""A section of the check: what is known about one side of a source, and what must be fixed."""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Finding(NamedTuple):
    """Something that must be fixed, and the command to run next."""

    problem: str
    text: str
    command: str


class Section(NamedTuple):
    """What is known. `document` is for programs, and None if nothing is known; `lines` are texts.

    A line that begins with a blank is one of a list, and is indented.
    """

    name: str
    document: Any
    lines: Sequence[str]
    findings: Sequence[Finding] = ()

    @property
    def title(self) -> str:
        """Return the heading for a person."""
        return self.name.replace("_", " ").upper()


def shown_time(text: str) -> str:
    """Return a time to the second."""
    return f"{text[:19]}Z"
