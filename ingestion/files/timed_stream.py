"""A stream that ends a run in time, also while it skips blank rows, which no reader yields."""

import io
from collections.abc import Callable
from typing import Any, BinaryIO, cast

_CHUNK_BYTES = 256 * 1024


class OutOfTime(Exception):
    """The run of a function must stop within a part of a file."""


def stop_reading(file: BinaryIO, must_stop: Callable[[], bool]) -> BinaryIO:
    """Return a stream of the file whose reads raise OutOfTime once `must_stop` returns True."""
    buffered = cast("io.BufferedIOBase", file)
    return cast("BinaryIO", io.BufferedReader(_TimedStream(buffered, must_stop), _CHUNK_BYTES))


class _TimedStream(io.RawIOBase):
    """Asks before each chunk whether it may read on."""

    def __init__(self, file: io.BufferedIOBase, must_stop: Callable[[], bool]) -> None:
        super().__init__()
        self._file = file
        self._must_stop = must_stop

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._must_stop():
            raise OutOfTime
        return self._file.readinto1(buffer)  # Loses nothing that precedes damage.
