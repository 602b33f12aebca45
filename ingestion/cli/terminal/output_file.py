"""The file that a command writes instead of stdout: as a whole or not at all."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from ingestion.cli.output import exit_with_error


@contextmanager
def open_atomic(name: str) -> Iterator[TextIO]:
    """Open a file that appears under its name only when it is complete; - is stdout.

    Only its owner can read a new file. A file that is replaced keeps its mode. The command ends if
    the file cannot be written.
    """
    if name == "-":
        if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8")  # As in a file, whatever the locale.
        yield sys.stdout
        return
    file = Path(name).resolve()  # Replace a link's target.
    is_special = file.exists() and not file.is_file()  # A pipe or a device.
    try:
        with _open_special(file) if is_special else _open_unfinished(file) as out:
            yield out
    except BrokenPipeError:  # The reader of a pipe, such as `head`, has enough.
        raise
    except OSError as error:
        exit_with_error(f"{name}: {error.strerror}")


def _open_special(file: Path) -> TextIO:
    return file.open("w", encoding="utf-8", newline="")


@contextmanager
def _open_unfinished(file: Path) -> Iterator[TextIO]:
    """Open another file in the same folder, which replaces the file at the end."""
    unfinished = file.with_name(f".{file.name}.{uuid4().hex}")
    try:
        unfinished.touch(mode=0o600, exist_ok=False)
        with unfinished.open("w", encoding="utf-8", newline="") as out:
            if file.exists():
                shutil.copymode(file, unfinished)
            yield out
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
