import gzip
import io
import random
import zipfile
from collections.abc import Mapping

import pytest

from ingestion.errors import RefusedFile
from ingestion.files.archive import (
    ALWAYS_ALLOWED_BYTES,
    MAX_RATIO,
    MAX_UNPACKED_BYTES,
    open_unpacked,
    unpacked_limit,
)
from ingestion.files.rows.workbook import read_sheet
from tests.support.memory import bounded_memory

ROWS = b"contract_id\nc-1\n"


def text_only(value: object) -> str:
    """Return a parameter's text for the test's id. Compressed bytes hold the current time."""
    return value if isinstance(value, str) else ""


def zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def unpacked(name: str, content: bytes) -> tuple[str, bytes]:
    with open_unpacked(io.BytesIO(content), name, len(content)) as (form, stream):
        return form, stream.read()


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(RefusedFile) as refused:
        unpacked(name, content)
    return refused.value.reason


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("x.csv", ROWS, "csv"),
        ("X.CSV", ROWS, "csv"),
        ("x.tsv", ROWS, "tsv"),
        ("x.json", ROWS, "json"),
        ("x.jsonl", ROWS, "jsonl"),
        ("x.ndjson", ROWS, "jsonl"),
        ("x.csv.gz", gzip.compress(ROWS), "csv"),
        ("x.2026.tsv.GZ", gzip.compress(ROWS), "tsv"),
        ("x.zip", zipped({"inner.jsonl": ROWS}), "jsonl"),
        ("x.csv.zip", zipped({"folder/inner.csv": ROWS}), "csv"),
        ("x.zip", zipped({"__MACOSX/._inner.csv": b"", "inner.csv": ROWS}), "csv"),
    ],
    ids=text_only,
)
def test_a_file_is_unpacked_and_its_format_is_that_of_its_name(
    name: str, content: bytes, form: str
) -> None:
    found, rows = unpacked(name, content)

    assert found == form
    assert rows == ROWS


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x", ROWS, "unknown_format"),
        ("x.pdf", ROWS, "unknown_format"),
        ("x.gz", gzip.compress(ROWS), "unknown_format"),
        ("x.zip", zipped({"inner.pdf": ROWS}), "unknown_format"),
        ("x.zip", zipped({}), "not_one_file"),
        ("x.zip", zipped({"a.csv": ROWS, "b.csv": ROWS}), "not_one_file"),
        ("x.zip", ROWS, "damaged_archive"),
        ("x.csv.gz", ROWS, "damaged_archive"),
        ("x.csv.gz", gzip.compress(ROWS)[:-9], "damaged_archive"),
        ("x.csv.gz", gzip.compress(random.Random(1).randbytes(999))[:500], "damaged_archive"),
        ("x.zip", zipped({"inner.csv": ROWS})[:60], "damaged_archive"),
    ],
    ids=text_only,
)
def test_a_file_that_cannot_be_opened_is_refused(name: str, content: bytes, reason: str) -> None:
    assert refusal(name, content) == reason


def test_the_error_for_an_invalid_archive_does_not_quote_the_content() -> None:
    with pytest.raises(RefusedFile) as refused:
        unpacked("x.csv.gz", b"Jo,42")

    assert "Jo" not in refused.value.detail


def test_an_archive_with_a_password_is_refused() -> None:
    content = bytearray(zipped({"inner.csv": ROWS}))
    # The header of the member and the directory both hold the flag of an encrypted member.
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert refusal("x.zip", bytes(content)) == "damaged_archive"


@pytest.mark.parametrize("form", ["gz", "zip"])
def test_an_archive_that_exceeds_the_limit_while_unpacking_is_refused(form: str) -> None:
    zeros = bytes(ALWAYS_ALLOWED_BYTES + 1)
    packed = gzip.compress(zeros) if form == "gz" else zipped({"x.csv": zeros})

    assert refusal(f"x.csv.{form}", packed) == "unpacks_to_too_much"


def test_the_unpacked_limit_is_the_size_times_the_ratio_between_two_bounds() -> None:
    assert unpacked_limit(1) == ALWAYS_ALLOWED_BYTES
    assert unpacked_limit(1_000_000) == MAX_RATIO * 1_000_000
    assert unpacked_limit(ALWAYS_ALLOWED_BYTES) == MAX_UNPACKED_BYTES
    assert unpacked_limit(MAX_UNPACKED_BYTES + 1) == MAX_UNPACKED_BYTES + 1


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_whose_member_is_damaged_in_the_middle_is_refused(method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("x.csv", random.Random(1).randbytes(50_000))
    content = bytearray(packed.getvalue())
    content[100:400] = bytes(300)

    assert refusal("x.zip", bytes(content)) == "damaged_archive"


@pytest.mark.parametrize("form", ["gz", "zip"])
def test_an_unpacked_workbook_is_seekable(form: str) -> None:
    packed = gzip.compress(ROWS) if form == "gz" else zipped({"x.xlsx": ROWS})

    with open_unpacked(io.BytesIO(packed), f"x.xlsx.{form}", len(packed)) as (found, stream):
        stream.seek(2)
        rest = stream.read()

    assert found == "xlsx"
    assert rest == ROWS[2:]


def directory_of(size: int, comment: bytes = b"", *, is_zip64: bool = False) -> bytes:
    """Make the end of a zip whose directory has this size, as far as the end says."""
    zip64 = b""
    if is_zip64:
        record = bytearray(56)
        record[:4], record[40:48] = b"PK\x06\x06", size.to_bytes(8, "little")
        zip64, size = bytes(record) + b"PK\x06\x07" + bytes(16), 0xFFFFFFFF
    end = b"PK\x05\x06" + bytes(8) + size.to_bytes(4, "little") + bytes(4)
    return b"rows" + zip64 + end + len(comment).to_bytes(2, "little") + comment


def read_all(content: bytes, name: str) -> None:
    with open_unpacked(io.BytesIO(content), name, len(content)) as (_, file):
        list(read_sheet(file, len(content)))


@pytest.mark.parametrize("name", ["rows.zip", "rows.xlsx"])
@pytest.mark.parametrize(
    "content",
    [
        directory_of(2_000_000),
        directory_of(2_000_000, b"a comment"),
        directory_of(2_000_000, is_zip64=True),
        directory_of(2_000_000, b"a comment", is_zip64=True),
    ],
    ids=["plain", "with a comment", "ZIP64", "ZIP64 with a comment"],
)
def test_a_zip_with_a_large_directory_is_refused_before_it_is_read(
    name: str, content: bytes
) -> None:
    with pytest.raises(RefusedFile, match="list of files has 2000000 bytes: must have at most"):
        read_all(content, name)


def test_a_zip_of_many_files_is_refused_without_much_memory() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}.csv", b"")

    with (
        bounded_memory(1_000_000),
        pytest.raises(RefusedFile, match="list of files"),
        open_unpacked(packed, "rows.zip", packed.getbuffer().nbytes),
    ):
        pass
