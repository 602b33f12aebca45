"""Open an uploaded file, plain or compressed, within limits on what it unpacks to."""

import gzip
import io
import lzma
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import PurePosixPath, PureWindowsPath
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from ingestion.errors import RefusedFile

FORMATS = ("csv", "tsv", "json", "jsonl", "xlsx")
# Text packs to a tenth of its size, repetitive tables to a hundredth. DEFLATE's limit is 1,032.
MAX_RATIO = 200
ALWAYS_ALLOWED_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_BYTES = 2 * 1024**3  # Or as many as the upload, if that has more.
_ALIASES = {"ndjson": "jsonl"}
_ADDED_NAMES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini"})  # By Windows.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
# Explorer packs files of over 2 GB with Deflate64. 7-Zip and others offer the rest.
_OTHER_METHODS = {9: "Deflate64", 93: "Zstandard", 95: "XZ", 98: "PPMd", 99: "AES encryption"}
_ENCRYPTED = 1  # A flag of a member.
MAX_DIRECTORY_BYTES = 1_000_000  # Some ten thousand files.
_END_BYTES, _MAX_END_BYTES = 22, 22 + 65_535 + 76  # With a comment, and the records of ZIP64.
_END_MARK, _ZIP64_MARK, _ZIP64_LOCATOR_MARK = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
# Python's readers of archives raise these for damaged archives and unknown methods.
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError),
    *(OSError, ValueError, RuntimeError),
)
Unpacker = gzip.GzipFile | zipfile.ZipExtFile


@contextmanager
def open_unpacked(file: BinaryIO, name: str, packed_bytes: int) -> Iterator[tuple[str, BinaryIO]]:
    """Open a seekable file: yield its format (one of `FORMATS`) and its unpacked bytes.

    `name` says what the file is: `x.csv`, `x.csv.gz`, or `x.zip` with one file inside. Raises
    RefusedFile for any other file, for a damaged one, and for one that unpacks to more than
    `unpacked_limit`. Reading the bytes raises RefusedFile too.
    """
    if _suffix(name) not in ("gz", "zip"):
        yield _format_of_name(name), file
        return
    with ExitStack() as stack:
        try:
            file_format, unpacked = _unpacked(stack, file, name)
        except DAMAGE as error:
            raise _damaged_archive(error) from error
        if file_format != "xlsx":
            yield file_format, _limit_bytes(unpacked, unpacked_limit(packed_bytes))
            return
        whole = stack.enter_context(TemporaryFile())  # A workbook is a zip, which must be seekable.
        max_bytes = max(ALWAYS_ALLOWED_BYTES, 2 * packed_bytes)
        shutil.copyfileobj(_limit_bytes(unpacked, max_bytes), whole)
        whole.seek(0)
        yield file_format, whole


def _unpacked(stack: ExitStack, file: BinaryIO, name: str) -> tuple[str, Unpacker]:
    """Return the format and the content of an archive."""
    if _suffix(name) == "gz":
        file_format = _format_of_name(PurePosixPath(name).stem)
        return file_format, stack.enter_context(gzip.GzipFile(fileobj=file))
    check_directory(file)
    archive = stack.enter_context(zipfile.ZipFile(file))
    files = [member for member in archive.infolist() if _is_data(member)]
    if len(files) != 1:
        raise RefusedFile(
            "not_one_file", f"a zip must hold exactly one file, and this zip holds {len(files)}"
        )
    file_format = _format_of_name(files[0].filename)
    _check_method(files[0])
    return file_format, cast("zipfile.ZipExtFile", stack.enter_context(archive.open(files[0])))


def check_directory(file: BinaryIO) -> None:
    """Raise RefusedFile if the directory of a zip would take much memory to read.

    The last record of a zip holds the size of its directory, and the record of ZIP64 before it
    replaces that: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.14 to 4.3.16.
    """
    file.seek(max(0, file.seek(0, io.SEEK_END) - _MAX_END_BYTES))
    end = file.read()
    file.seek(0)
    place = len(end) - _END_BYTES  # Without a comment. Python's reader looks there first.
    if end[place : place + 4] != _END_MARK:
        place = end.rfind(_END_MARK)
    if place < 0 or len(end) < place + _END_BYTES:
        return  # Not a zip, as its reader will say.
    size = int.from_bytes(end[place + 12 : place + 16], "little")
    record = end[max(0, place - 76) : place]  # And its locator, of 56 and 20 bytes.
    if record.startswith(_ZIP64_MARK) and record[56:].startswith(_ZIP64_LOCATOR_MARK):
        size = int.from_bytes(record[40:48], "little")
    if size > MAX_DIRECTORY_BYTES:
        raise RefusedFile(
            "too_large",
            f"the zip's list of files has {size} bytes: must have at most {MAX_DIRECTORY_BYTES}",
        )


def _is_data(member: zipfile.ZipInfo) -> bool:
    """Return whether a member is a file of the sender, not one that a tool has added."""
    path = PureWindowsPath(member.filename)  # Its separators are / and \\, as in zips.
    name = path.name.lower()
    return not (
        member.filename.endswith(("/", "\\"))
        or "__MACOSX" in path.parts
        or name.startswith(".")  # Such as .DS_Store, and the ._ files of macOS.
        or name.endswith(":zone.identifier")
        or name in _ADDED_NAMES
    )


def _check_method(member: zipfile.ZipInfo) -> None:
    """Refuse a member that Python cannot unpack, and say what would be right."""
    if member.flag_bits & _ENCRYPTED:
        raise RefusedFile("damaged_archive", "the zip has a password: pack it without a password")
    if member.compress_type not in _METHODS:
        method = _OTHER_METHODS.get(member.compress_type, str(member.compress_type))
        raise RefusedFile(
            "damaged_archive", f"the zip uses the method {method}: use Deflate, or send .gz"
        )


def _damaged_archive(error: Exception, not_gzip: str = "is not gzip") -> RefusedFile:
    is_quoting = "Not a gzipped file" in str(error)  # Followed by bytes of the file.
    problem = not_gzip if is_quoting else error
    return RefusedFile("damaged_archive", f"cannot be unpacked: {problem}")


def check_file_name(name: str) -> None:
    """Raise RefusedFile for a name without a known format. The file in a zip is checked later."""
    suffix = _suffix(name)
    if suffix != "zip":
        _format_of_name(PurePosixPath(name).stem if suffix == "gz" else name)


def unpacked_limit(packed_bytes: int) -> int:
    """Return how many bytes so many packed bytes may unpack to."""
    highest = max(MAX_UNPACKED_BYTES, packed_bytes)
    return min(max(ALWAYS_ALLOWED_BYTES, packed_bytes * MAX_RATIO), highest)


def unpacked_too_large(limit: int) -> RefusedFile:
    """Return the error for a decompression bomb."""
    return RefusedFile(
        "unpacks_to_too_much",
        f"unpacks to more than {limit} bytes, the limit for a file of this size: send it unpacked",
    )


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def _format_of_name(name: str) -> str:
    suffix = _suffix(name)
    file_format = _ALIASES.get(suffix, suffix)
    if file_format not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise RefusedFile(
            "unknown_format",
            f"the name must end in {known}, optionally followed by .gz, or in .zip",
        )
    return file_format


def _limit_bytes(stream: Unpacker, limit: int) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(_LimitedStream(stream, limit), 256 * 1024))


class _LimitedStream(io.RawIOBase):
    """A stream that raises RefusedFile after `limit` bytes."""

    def __init__(self, stream: Unpacker, limit: int) -> None:
        super().__init__()
        self._stream = stream
        self._limit = self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            content = self._stream.read1(len(buffer))  # Loses nothing that precedes damage.
        except DAMAGE as error:
            is_begun = self._left < self._limit
            what = "holds bytes after its end that are not gzip" if is_begun else "is not gzip"
            raise _damaged_archive(error, what) from error
        self._left -= len(content)
        if self._left < 0:
            raise unpacked_too_large(self._limit)
        buffer[: len(content)] = content
        return len(content)
