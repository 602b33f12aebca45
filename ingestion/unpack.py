"""Opens a dropped file, plain or compressed, and never unpacks more than is plausible."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO, cast

from ingestion.errors import RefusedFile

FORMATS = ("csv", "tsv", "json", "jsonl", "xlsx")
# Text packs to a tenth, a table of repeats to a hundredth; DEFLATE's own limit is a thousandth.
MAX_RATIO = 200
ALWAYS_ALLOWED_BYTES = 64 * 1024 * 1024
_SAME = {"ndjson": "jsonl"}
_DAMAGE = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError)


@contextmanager
def opened(file: BinaryIO, name: str, packed_bytes: int) -> Iterator[tuple[str, BinaryIO]]:
    """The format (one of `FORMATS`) and the unpacked bytes of a seekable file.

    `name` tells what it is: `x.csv`, `x.csv.gz`, or `x.zip` with one file inside. Raises
    RefusedFile, also while the bytes are read, for what is no such file, is damaged, or unpacks
    to more than `MAX_RATIO` times its size.
    """
    limit = unpacked_limit(packed_bytes)
    try:
        match _suffix(name):
            case "gz":
                with gzip.GzipFile(fileobj=file) as unpacked:
                    yield _format(PurePosixPath(name).stem), _bounded(unpacked, limit)
            case "zip":
                with zipfile.ZipFile(file) as archive:
                    member = _only_member(archive)
                    with _open_member(archive, member) as unpacked:
                        yield _format(member.filename), _bounded(unpacked, limit)
            case _:
                yield _format(name), file
    except _DAMAGE as error:
        raise RefusedFile("damaged_archive", f"cannot be unpacked: {error}") from error


def check_name(name: str) -> None:
    """Raise RefusedFile for a name that says no format; what a zip holds shows when it is read."""
    match _suffix(name):
        case "gz":
            _format(PurePosixPath(name).stem)
        case "zip":
            pass
        case _:
            _format(name)


def unpacked_limit(packed_bytes: int) -> int:
    """How many bytes may come out of so many packed ones."""
    return max(ALWAYS_ALLOWED_BYTES, packed_bytes * MAX_RATIO)


def too_much(limit: int) -> RefusedFile:
    """What refuses a decompression bomb."""
    return RefusedFile(
        "unpacks_to_too_much",
        f"unpacks to more than {limit} bytes, {MAX_RATIO} times its size: send it unpacked",
    )


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def _format(name: str) -> str:
    suffix = _suffix(name)
    found = _SAME.get(suffix, suffix)
    if found not in FORMATS:
        known = ", ".join(f".{known}" for known in FORMATS)
        raise RefusedFile(
            "unknown_format", f"the name must end in {known}, or in .gz or .zip after"
        )
    return found


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The one file of the archive, without what macOS puts beside it."""
    files = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not member.filename.startswith("__MACOSX/")
    ]
    if len(files) != 1:
        raise RefusedFile("not_one_file", f"a zip must hold one file, this one holds {len(files)}")
    return files[0]


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    try:
        return archive.open(member)
    except (RuntimeError, NotImplementedError) as error:  # A password; a method Python lacks.
        raise RefusedFile("damaged_archive", f"cannot be unpacked: {error}") from error


def _bounded(stream: Any, limit: int) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(_Bounded(stream, limit), 256 * 1024))


class _Bounded(io.RawIOBase):
    """A stream that refuses to give more than `limit` bytes."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        super().__init__()
        self._stream = stream
        self._limit = self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._stream.read(len(buffer))
        self._left -= len(content)
        if self._left < 0:
            raise too_much(self._limit)
        buffer[: len(content)] = content
        return len(content)
