"""Opens a file of events to send, plain or packed, and refuses a table."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ingestion.cli.client.event_file import HoldsTable
from ingestion.cli.environment import Deployment
from ingestion.cli.login.api_access import ApiAccess
from ingestion.cli.output import exit_with_error
from ingestion.cli.terminal.progress import open_file
from ingestion.errors import RefusedFile
from ingestion.files.archive import FORMATS, open_unpacked

# Names that say what a file holds. Other names hold JSON.
_KNOWN = tuple(f".{suffix}" for suffix in (*FORMATS, "ndjson", "gz", "zip"))


@contextmanager
def open_events(
    file: str, source: str, deployment: Deployment | ApiAccess
) -> Iterator[tuple[BinaryIO, bool]]:
    """Open the JSON of a file, also in .gz or .zip, and whether it is JSON Lines by its name.

    The command ends if the file holds a table.
    """
    try:
        if file == "-":
            yield sys.stdin.buffer, False
            return
        with open_file(file, file) as packed, _unpacked(packed, file) as content:
            yield content
    except RefusedFile as refusal:
        exit_with_error(f"{file}: {refusal.detail}")
    except HoldsTable as error:
        name = "FILE.csv" if file == "-" else file
        named = ["--source", source] if source else []
        command = deployment.command("upload", name, *named)
        exit_with_error(f"{file}: {error}: use `{command}`")


@contextmanager
def _unpacked(packed: BinaryIO, file: str) -> Iterator[tuple[BinaryIO, bool]]:
    if not file.lower().endswith(_KNOWN):
        yield packed, False
        return
    with open_unpacked(packed, file, Path(file).stat().st_size) as (file_format, stream):
        if file_format not in ("json", "jsonl"):
            raise HoldsTable("holds a table")
        yield stream, file_format == "jsonl"
