"""Shows progress on stderr, if that is a terminal."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

import rich.progress

from ingestion.cli.output import console, exit_with_error


def open_with_progress(name: str | Path, description: str) -> AbstractContextManager[BinaryIO]:
    """Open a file to read, with a bar on stderr, if that is a terminal, until it is closed.

    Print nothing on stdout meanwhile: the bar would overwrite it.
    """
    return rich.progress.open(
        name,
        "rb",
        console=console,
        description=description,
        transient=True,
        disable=not console.is_terminal,  # Elsewhere it would print an empty line.
    )


def open_file(name: str | Path, description: str) -> AbstractContextManager[BinaryIO]:
    """Open a file to read, with a bar. The command ends with a sentence if that fails."""
    try:
        return open_with_progress(name, description)
    except OSError as error:
        exit_with_error(f"{name}: {error.strerror}")


def open_progress(*, is_hidden: bool = False) -> rich.progress.Progress:
    """Return a progress display on stderr, hidden if the terminal shows the data itself."""
    columns = (rich.progress.SpinnerColumn(), "{task.completed} {task.description}")
    is_hidden = is_hidden or not console.is_terminal
    # A hidden progress that refreshes by itself stops counting after a tenth of a second.
    return rich.progress.Progress(
        *columns, console=console, transient=True, disable=is_hidden, auto_refresh=not is_hidden
    )
