"""The screen of a terminal: what a person sees after a program has drawn and redrawn on it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

from infra.tools.paths import ROOT
from tests.support.terminal.program import run_in_terminal

_LINES_KEPT = 2_000


class Screen:
    """A terminal of some columns, which keeps all lines that scroll out of it."""

    def __init__(self, columns: int = 80) -> None:
        self.screen = pyte.Screen(columns, _LINES_KEPT)
        self.stream = pyte.ByteStream(self.screen)

    @property
    def lines(self) -> list[str]:
        """Return the lines up to the last one with text, without blanks at their ends."""
        lines = [line.rstrip() for line in self.screen.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    @property
    def text(self) -> str:
        """Return the lines as one text."""
        return "\n".join(self.lines)

    def run(
        self,
        command: Sequence[str | Path],
        *,
        variables: Mapping[str, str] | None = None,
        directory: Path = ROOT,
        on_output: Callable[[int], None] = lambda _: None,
    ) -> int:
        """Run a program on this screen, and return its exit code.

        `on_output` gets the process's id after each output, for example to interrupt it.
        """

        def draw(output: bytes, process_id: int) -> None:
            self.stream.feed(output)
            on_output(process_id)

        columns = self.screen.columns
        shown = run_in_terminal(
            *command, variables=variables, cwd=directory, columns=columns, on_output=draw
        )
        return shown.code
