"""Runs the first commands of the README in a terminal, and draws docs/first-minute.svg.

Run it with `make recording`.
"""

import os
import sys
from pathlib import Path

from tests.recording.picture import as_svg
from tests.support.terminal.screen import Screen

ROOT = Path(__file__).parents[2]
COMMANDS = (
    "make demo",
    "ingest list CONTRACT --limit 4",
    "ingest get EQUIPMENT site-asuncion/line-1",
    "ingest dlq list",
)


def record(commands: tuple[str, ...], screen: Screen) -> None:
    """Run commands one after another on one screen. Raises SystemExit if one fails."""
    variables = {"PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"}
    for command in commands:
        screen.stream.feed(f"\x1b[1;32m$\x1b[0m \x1b[1m{command}\x1b[0m\r\n".encode())
        code = screen.run(command.split(), variables=variables)
        screen.stream.feed(b"\r\n")
        if code != 0:
            sys.exit(f"`{command}` ended with {code}:\n{screen.text}")


def main() -> None:
    """Write the picture."""
    screen = Screen(80)
    record(COMMANDS, screen)
    picture = as_svg(screen.screen, len(screen.lines), "The first minute")
    (ROOT / "docs" / "first-minute.svg").write_text(picture)


if __name__ == "__main__":
    main()
