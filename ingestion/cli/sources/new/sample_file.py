"""Reads the sample payload of a new source."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ingestion.catalog import Source
from ingestion.cli.mapping.formats import (
    FORMAT_BY_SUFFIX,
    STANDARD_INPUT,
    UPLOAD,
    UnknownFormat,
    choose_format,
    formats_of,
)
from ingestion.cli.mapping.payloads import (
    PayloadFile,
    Payloads,
    Request,
    UnreadablePayloads,
    read_payloads,
)
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.guesses.table_text import delimiter_of, encoding_of

_READABLE = {suffix: name for suffix, name in FORMAT_BY_SUFFIX.items() if name != UPLOAD}
FORMATS = formats_of(_READABLE)
_NO_NAME = re.compile(r"[^A-Za-z0-9_]+")


class SampleFile(NamedTuple):
    """The bytes of a sample, how to read them, the name of its copy, and the request's headers.

    `files` are the keys of the source's `files` that a table needs.
    """

    shown_name: str
    name: str
    file_format: str
    content: bytes
    headers: Mapping[str, str]
    files: dict[str, str]


def read_sample(file: str, file_format: str | None, headers: Mapping[str, str]) -> SampleFile:
    """Return a file, or standard input. Raises BadDraft."""
    chosen, is_input = _format_of(file, file_format), file == STANDARD_INPUT
    try:
        content = sys.stdin.buffer.read() if is_input else Path(file).read_bytes()
    except OSError as error:
        raise BadDraft(f"{file}: {error.strerror}") from error
    stem = "" if is_input else Path(file).stem
    suffixes = (suffix for suffix, known in FORMAT_BY_SUFFIX.items() if known == chosen)
    name = f"{_NO_NAME.sub('-', stem).strip('-') or 'sample'}{next(suffixes)}"
    files = _files_of(content, chosen) if chosen in ("csv", "tsv") else {}
    return SampleFile(file, name, chosen, content, headers, files)


def _files_of(content: bytes, file_format: str) -> dict[str, str]:
    """Return the encoding and the delimiter of a table where they are not the default."""
    encoding = encoding_of(content)
    if encoding is None:
        return {}
    files = {} if encoding == "utf-8-sig" else {"encoding": encoding}
    delimiter = delimiter_of(content.decode(encoding)) if file_format == "csv" else None
    return files | ({"delimiter": delimiter} if delimiter not in (None, ",") else {})


def _format_of(file: str, named: str | None) -> str:
    if named is None and FORMAT_BY_SUFFIX.get(Path(file).suffix.lower()) == UPLOAD:
        raise BadDraft(f"{file}: unpack the file first: a sample is one that people can read")
    try:
        return choose_format(file, named, _READABLE)
    except UnknownFormat as error:
        raise BadDraft(str(error)) from error


def payloads_of(sample: SampleFile, source: Source, request: Request) -> Payloads:
    """Return the payloads of a sample, as the platform reads them. Raises BadDraft."""
    file = PayloadFile(sample.name, sample.file_format, sample.content)
    try:
        found = read_payloads(file, source, request)
    except UnreadablePayloads as error:
        raise BadDraft(f"{sample.shown_name}: {error}") from error
    for index, payload in enumerate(found.items):
        if payload.problem:
            place = f"payload {index}: " if found.is_post else ""  # A line names itself.
            raise BadDraft(f"{sample.shown_name}: {place}{payload.problem}")
    return found
