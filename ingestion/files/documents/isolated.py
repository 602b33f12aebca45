"""Read a document in a child process, so that a hostile file can only stop or fill the child."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from tempfile import TemporaryFile
from typing import BinaryIO

from pydantic_core import from_json

from ingestion.errors import IngestionError, RefusedFile
from ingestion.files.document import DocumentText
from ingestion.files.documents.memory import too_little_memory
from ingestion.files.documents.suffix import known_suffix
from ingestion.files.timed_stream import OutOfTime

MAX_SECONDS = 300
_POLL_SECONDS = 0.1


class ReaderFailed(IngestionError):
    """The child process ended with an error of ours, not of the document."""


def read_isolated(
    file: BinaryIO,
    name: str,
    encoding: str,
    must_stop: Callable[[], bool],
    max_memory_bytes: int,
    max_seconds: float = MAX_SECONDS,
) -> DocumentText:
    """Return the text of a document. `file` has a file descriptor, and is at its beginning.

    Raises RefusedFile, and OutOfTime after `max_seconds` or if `must_stop` returns True.
    """
    command = [sys.executable, "-m", "ingestion.files.documents.child"]
    deadline = time.monotonic() + max_seconds
    with TemporaryFile() as out:
        process = subprocess.Popen(  # noqa: S603 - runs this Python only, without a shell
            [*command, known_suffix(name), encoding, str(max_memory_bytes)],
            stdin=file,
            stdout=out,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        try:
            _wait_for(process, lambda: must_stop() or time.monotonic() > deadline)
        finally:
            process.kill()
            process.wait()
        out.seek(0)
        return _text_in(out.read(), process.returncode, max_memory_bytes)


def _environment() -> dict[str, str]:
    """Return an environment without credentials. This is no sandbox against code execution."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"PYTHONPATH": os.pathsep.join(sys.path)}


def _wait_for(process: "subprocess.Popen[bytes]", must_stop: Callable[[], bool]) -> None:
    while True:
        try:
            process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired as error:
            if must_stop():
                raise OutOfTime from error
        else:
            return


def _text_in(found: bytes, return_code: int, max_memory_bytes: int) -> DocumentText:
    """Return what the child wrote.

    Negative codes are signals: the system ended the child, which it does if memory is short.
    """
    if return_code < 0:
        raise too_little_memory(max_memory_bytes)
    if return_code:
        raise ReaderFailed(f"the reader of documents ended with {return_code}")
    content = from_json(found)
    if isinstance(content, list):
        raise RefusedFile(*content)
    return DocumentText(**content)
