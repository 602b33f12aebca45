"""Prints the sections of a source, and what must be fixed."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ingestion.cli.sources.check.checked_source import CheckedSource
from ingestion.cli.sources.check.section import Section
from ingestion.cli.status.attention import print_attention
from ingestion.cli.tables import new_console
from ingestion.errors import printable
from ingestion.syntax.times import timestamp


def document_of(
    source: CheckedSource, sections: Sequence[Section], since: datetime, checked_at: datetime
) -> Any:
    """Return the sections for a program. A section about which nothing is known is null."""
    findings = [
        {"section": section.name, **finding._asdict()}
        for section in sections
        for finding in section.findings
    ]
    return {
        "source": source.name,
        "environment": source.environment,
        "checked_at": timestamp(checked_at),
        "since": timestamp(since),
        "is_well": not findings,
        **{section.name: section.document for section in sections},
        "findings": findings,
    }


def print_sections(source: CheckedSource, sections: Sequence[Section]) -> None:
    """Print each section under its heading, then what must be fixed with the next commands."""
    console = new_console()
    console.print(Text(f"{source.name} in {source.environment}"), soft_wrap=True)
    for section in sections:
        if section.lines:
            console.print(Text(section.title))
            for line in section.lines:
                _print_line(console, line)
    findings = chain.from_iterable(section.findings for section in sections)
    pairs = [(finding.text, finding.command) for finding in findings]
    console.print()
    print_attention(console, pairs)


def _print_line(console: Console, line: str) -> None:
    """Print a line, indented. A line of a list is indented more."""
    text = line.lstrip(" ")
    left = 4 if text != line else 2
    shown = Text(printable(text), overflow="ignore")  # No id is broken in two.
    console.print(Padding(shown, (0, 0, 0, left), expand=False), crop=False)
