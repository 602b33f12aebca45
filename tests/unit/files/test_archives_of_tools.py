"""Archives as the usual tools of macOS, Windows and Linux write them."""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from ingestion.errors import RefusedFile
from ingestion.files.archive import open_unpacked

ROWS = b"contract_id\nc-1\n"


class Unseekable(io.RawIOBase):
    """A file that a tool writes in one go, so that sizes follow the data of a member."""

    def __init__(self) -> None:
        super().__init__()
        self.content = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.content += data
        return len(data)


def unpacked(name: str, content: bytes) -> tuple[str, bytes]:
    with open_unpacked(io.BytesIO(content), name, len(content)) as (form, stream):
        return form, stream.read()


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(RefusedFile) as refused:
        unpacked(name, content)
    return f"{refused.value.reason}: {refused.value.detail}"


def zipped(*names: str, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip with files of these names, each with the same rows."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name in names:
            archive.writestr(name, b"" if name.endswith("/") else ROWS)
    return made.getvalue()


def streamed() -> bytes:
    """Return a zip with a data descriptor, as `zip -` and macOS write it."""
    file = Unseekable()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.csv", ROWS)
    return bytes(file.content)


def zip64() -> bytes:
    """Return a zip whose sizes have 64 bits, as tools write it that do not know the size before."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive, archive.open("x.csv", "w", force_zip64=True) as new:
        new.write(ROWS)
    return made.getvalue()


def commented() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.comment = b"made by WinRAR"
        archive.writestr("x.csv", ROWS)
    return made.getvalue()


@pytest.mark.parametrize(
    "added",
    [
        ["__MACOSX/._x.csv"],
        ["__MACOSX/", "__MACOSX/folder/", "__MACOSX/folder/._x.csv"],
        ["._x.csv"],
        [".DS_Store", "folder/.DS_Store"],
        ["folder/"],
        ["folder\\"],
        ["Thumbs.db", "folder/thumbs.db", "folder\\Thumbs.db"],
        ["desktop.ini", "Desktop.ini"],
        ["ehthumbs.db"],
        ["x.csv:Zone.Identifier"],
        [".directory", "folder/.hidden/", "folder/.localized"],
    ],
    ids=lambda names: names[-1],
)
@pytest.mark.parametrize("name", ["x.csv", "folder/x.csv", "folder\\x.csv"])
def test_files_that_tools_add_are_ignored(name: str, added: list[str]) -> None:
    assert unpacked("x.zip", zipped(*added, name)) == ("csv", ROWS)
    assert unpacked("x.zip", zipped(name, *added)) == ("csv", ROWS)


@pytest.mark.parametrize("name", ["notes.txt", "y.csv", "MACOSX/x.csv", "Thumbs.csv"])
def test_a_second_file_of_the_sender_is_not_ignored(name: str) -> None:
    assert refusal("x.zip", zipped("x.csv", name)).startswith("not_one_file")


@pytest.mark.parametrize("make", [streamed, zip64, commented])
def test_every_layout_of_a_zip_is_read(make: Callable[[], bytes]) -> None:
    assert unpacked("x.zip", make()) == ("csv", ROWS)


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_every_method_that_python_knows_is_unpacked(method: int) -> None:
    assert unpacked("x.zip", zipped("x.csv", method=method)) == ("csv", ROWS)


def test_a_zip_that_follows_a_program_is_read() -> None:
    assert unpacked("x.zip", b"MZ" * 100 + zipped("x.csv")) == ("csv", ROWS)


@pytest.mark.parametrize(
    ("method", "name"), [(9, "Deflate64"), (93, "Zstandard"), (98, "PPMd"), (77, "77")]
)
def test_another_method_is_refused_by_its_name(method: int, name: str) -> None:
    content = bytearray(zipped("x.csv"))
    for place in (8, content.index(b"PK\x01\x02") + 10):
        content[place : place + 2] = struct.pack("<H", method)

    assert refusal("x.zip", bytes(content)) == (
        f"damaged_archive: the zip uses the method {name}: use Deflate, or send .gz"
    )


def test_a_zip_with_a_password_is_refused_for_it() -> None:
    content = bytearray(zipped("x.csv"))
    for place in (6, content.index(b"PK\x01\x02") + 8):
        content[place] |= 1

    assert refusal("x.zip", bytes(content)) == (
        "damaged_archive: the zip has a password: pack it without a password"
    )


def gzip_header(flags: int, fields: bytes) -> bytes:
    """Return a gzip member whose header has these optional fields (RFC 1952, 2.3)."""
    header = b"\x1f\x8b\x08" + bytes([flags]) + b"\0\0\0\0\0\x03" + fields
    if flags & 2:
        header += struct.pack("<H", zlib.crc32(header) & 0xFFFF)
    body = gzip.compress(ROWS)[10:]
    return header + body


@pytest.mark.parametrize(
    "content",
    [
        gzip_header(0, b""),
        gzip_header(8, b"x.csv\0"),
        gzip_header(16, b"a comment\0"),
        gzip_header(4, b"\x06\0AB\x02\0xy"),
        gzip_header(1, b""),
        gzip_header(31, b"\x04\0AB\0\0x.csv\0a comment\0"),
        gzip.compress(ROWS) + bytes(512),
        gzip.compress(ROWS[:5]) + gzip.compress(ROWS[5:]),
        gzip.compress(ROWS[:5]) + bytes(3) + gzip.compress(ROWS[5:]) + gzip.compress(b""),
    ],
    ids=["plain", "name", "comment", "extra", "text", "all", "padding", "members", "padded"],
)
def test_every_layout_of_gzip_is_read(content: bytes) -> None:
    assert unpacked("x.csv.gz", content) == ("csv", ROWS)


def opened_in_pieces(content: bytes) -> Iterator[bytes]:
    with open_unpacked(io.BytesIO(content), "x.csv.gz", len(content)) as (_, stream):
        while piece := stream.read(5):
            yield piece


def test_what_precedes_damage_is_read() -> None:
    found = opened_in_pieces(gzip.compress(ROWS) + b"rest")

    read = b"".join(islice(found, 3))

    assert read == ROWS[:15]
    with pytest.raises(RefusedFile):
        list(found)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (ROWS, "is not gzip"),
        (gzip.compress(ROWS) + b"rest", "holds bytes after its end that are not gzip"),
        (gzip.compress(ROWS)[:-1], "ended before the end-of-stream marker"),
        (gzip.compress(ROWS)[:-8] + bytes(8), "CRC check failed"),
    ],
    ids=["plain text", "rest", "cut", "wrong sum"],
)
def test_a_damaged_gzip_is_refused_with_the_reason(content: bytes, why: str) -> None:
    found = opened_in_pieces(content)

    with pytest.raises(RefusedFile) as refused:
        list(found)

    assert refused.value.reason == "damaged_archive"
    assert why in refused.value.detail
