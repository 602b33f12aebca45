"""The formats of a payload's file, by the option `--format` or by the end of the file's name."""

from collections.abc import Mapping
from pathlib import Path

from ingestion.cli.suggestions import unknown_name
from ingestion.errors import IngestionError

STANDARD_INPUT = "-"
UPLOAD = "upload"  # A file as an upload reads it, in the format that its name says.
FORMAT_BY_SUFFIX = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".form": "form",
    ".xml": "xml",
    ".csv": "csv",
    ".tsv": "tsv",
    ".xlsx": "xlsx",
    ".gz": UPLOAD,
    ".zip": UPLOAD,
}


class UnknownFormat(IngestionError):
    """Nothing says how to read a file. The message names the formats."""


def formats_of(format_by_suffix: Mapping[str, str]) -> tuple[str, ...]:
    """Return each format once, in order."""
    return tuple(dict.fromkeys(format_by_suffix.values()))


def choose_format(file: str, named: str | None, format_by_suffix: Mapping[str, str]) -> str:
    """Return the format that is named, or that of the file's name; JSON for standard input.

    Raises UnknownFormat.
    """
    formats = formats_of(format_by_suffix)
    if named is not None and named not in formats:
        raise UnknownFormat(unknown_name("format", named, formats))
    by_name = "json" if file == STANDARD_INPUT else format_by_suffix.get(Path(file).suffix.lower())
    chosen = named or by_name
    if chosen is None:
        known = ", ".join(format_by_suffix)
        raise UnknownFormat(f"{file}: name the format with --format, or end the name in {known}")
    return chosen
