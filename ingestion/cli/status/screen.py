"""Prints snapshots: once, or again and again, in place if stdout is a terminal."""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live

from ingestion.cli.environment import Deployment
from ingestion.cli.options import Output
from ingestion.cli.output import json_text, print_json
from ingestion.cli.status.attention import attention_lines, print_line
from ingestion.cli.status.findings.find import find_problems
from ingestion.cli.status.findings.finding import Finding
from ingestion.cli.status.output import AGE_NOTE, document_of, renderables, shorten
from ingestion.cli.status.reader import Snapshot, StatusReader
from ingestion.cli.tables import new_console


@dataclass(frozen=True)
class Screen:
    """Prints snapshots of an environment on stdout, as a table or as JSON."""

    deployment: Deployment
    columns: str | None
    output: Output

    def print_once(self, snapshot: Snapshot) -> None:
        """Print one snapshot."""
        if self.output == "json":
            print_json(self._document(snapshot))
        else:
            self._print_block(new_console(), snapshot)

    def watch(self, reader: StatusReader, seconds: float) -> None:
        """Print a snapshot, and another one after each pause, until KeyboardInterrupt."""
        console = new_console()
        if self.output == "json":
            for snapshot in _snapshots(reader, seconds):
                sys.stdout.write(f"{json_text(self._document(snapshot))}\n")
                sys.stdout.flush()
        elif not console.is_terminal:
            for snapshot in _snapshots(reader, seconds):
                console.print(f"{snapshot.read_at:%Y-%m-%dT%H:%M:%SZ}")
                self._print_block(console, snapshot)
                console.print()
        else:
            self._redraw(console, _snapshots(reader, seconds))

    def _redraw(self, console: Console, snapshots: Iterator[Snapshot]) -> None:
        """Show each snapshot in place of the one before, without parts that do not fit."""
        with Live(console=console, auto_refresh=False, vertical_overflow="crop") as live:
            for snapshot in snapshots:
                findings = find_problems(snapshot)
                shown, count = shorten(snapshot, findings, console.width, console.height)
                notes = [f"… and {count} more without a problem."] if count else []
                notes.append(f"Read at {snapshot.read_at:%H:%M:%SZ}. Press Ctrl-C to stop.")
                group = self._renderables(shown, findings, console.width, *notes)
                live.update(Group(*group), refresh=True)

    def _print_block(self, console: Console, snapshot: Snapshot) -> None:
        for each in self._renderables(snapshot, find_problems(snapshot), console.width):
            print_line(console, each)

    def _renderables(
        self, snapshot: Snapshot, findings: Sequence[Finding], width: int, *notes: str
    ) -> list[RenderableType]:
        is_waiting = any(status.waiting for status in snapshot.statuses)
        if self.deployment.endpoint_url and is_waiting:
            notes = (AGE_NOTE, *notes)
        attention = attention_lines((f.text, f.command(self.deployment)) for f in findings)
        return renderables(snapshot, attention, self.columns, width, notes)

    def _document(self, snapshot: Snapshot) -> Any:
        return document_of(snapshot, find_problems(snapshot), self.deployment)


def _snapshots(reader: StatusReader, seconds: float) -> Iterator[Snapshot]:
    while True:
        yield reader.read()
        time.sleep(seconds)
