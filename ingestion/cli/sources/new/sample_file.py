"""Reads the sample payload of a new source."""

import re
import sys
from pathlib import Path
from typing import NamedTuple

from ingestion.catalog import Source
from ingestion.cli.mapping.payloads import (
    FORMAT_BY_SUFFIX,
    UPLOAD,
    PayloadFile,
    Payloads,
    Request,
    UnreadablePayloads,
    read_payloads,
)
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.suggestions import unknown_name

STANDARD_INPUT = "-"
FORMATS = tuple(dict.fromkeys(each for each in FORMAT_BY_SUFFIX.values() if each != UPLOAD))
_NO_NAME = re.compile(r"[^A-Za-z0-9_]+")


class SampleFile(NamedTuple):
    """The bytes of a sample, how to read them, and the name of its copy."""

    shown_name: str
    name: str
    file_format: str
    content: bytes


def read_sample(file: str, file_format: str | None) -> SampleFile:
    """Return a file, or standard input. Raises BadDraft."""
    chosen = _format_of(file, file_format)
    try:
        is_input = file == STANDARD_INPUT
        content = sys.stdin.buffer.read() if is_input else Path(file).read_bytes()
    except OSError as error:
        raise BadDraft(f"{file}: {error.strerror}") from error
    stem = "" if file == STANDARD_INPUT else Path(file).stem
    suffixes = (suffix for suffix, known in FORMAT_BY_SUFFIX.items() if known == chosen)
    name = f"{_NO_NAME.sub('-', stem).strip('-') or 'sample'}{next(suffixes)}"
    return SampleFile(file, name, chosen, content)


def _format_of(file: str, named: str | None) -> str:
    if named is not None and named not in FORMATS:
        raise BadDraft(unknown_name("format", named, FORMATS))
    by_name = "json" if file == STANDARD_INPUT else FORMAT_BY_SUFFIX.get(Path(file).suffix.lower())
    chosen = named or by_name
    if chosen == UPLOAD:
        raise BadDraft(f"{file}: unpack the file first: a sample is one that people can read")
    if chosen is None:
        known = ", ".join(suffix for suffix, each in FORMAT_BY_SUFFIX.items() if each != UPLOAD)
        raise BadDraft(f"{file}: name the format with --format, or end the name in {known}")
    return chosen


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
