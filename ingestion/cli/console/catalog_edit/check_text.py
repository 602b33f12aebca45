"""Checks an edited catalog without writing it: its faults, its diff and its samples."""

import re
from collections.abc import Sequence
from difflib import unified_diff
from typing import NamedTuple

from ingestion.catalog import Catalog
from ingestion.cli.catalog_file import BadCatalog, parse_catalog
from ingestion.cli.catalog_text.entry import Entry
from ingestion.cli.console.catalog_edit.edited_file import CATALOG, EditedFile
from ingestion.cli.environment import load_models
from ingestion.cli.mapping.sample_tests import TriedSource, try_samples
from ingestion.cli.mapping.samples import BadSamples, samples_of

MAX_CHARACTERS = 1_000_000  # A check of a text of this length takes about 20 seconds.
_FAULT = re.compile(rf"{re.escape(CATALOG)}:(\d+): (.*)", re.DOTALL)


class Fault(NamedTuple):
    """What is wrong, the line of the file, and the line of the edited text, if it is there."""

    message: str
    line: int | None = None
    line_of_text: int | None = None


class CheckedText(NamedTuple):
    """What a check found. `catalog` is None if there are faults.

    `unreadable` says why the samples cannot be tried.
    """

    faults: Sequence[Fault]
    diff: Sequence[str]
    catalog: Catalog | None = None
    tried: Sequence[TriedSource] = ()
    unreadable: str | None = None

    @property
    def sample_faults(self) -> list[str]:
        """Return what the tests of the samples fail with."""
        found = [fault for each in self.tried for fault in each.faults]
        return [*found, *([self.unreadable] if self.unreadable else [])]


def check_text(file: EditedFile, text: str, *, is_whole: bool) -> CheckedText:
    """Return what is wrong in an edited text, and how it changes the file."""
    if refusal := too_long(text, f"edit {CATALOG} in a text editor"):
        return CheckedText([Fault(refusal)], [])
    if not is_whole and isinstance(file.entry, str):
        return CheckedText([Fault(f"{file.entry}: edit the whole file")], [])
    changed = file.with_text(text, is_whole=is_whole)
    diff = diff_of(file.text, changed)
    entry = None if is_whole or isinstance(file.entry, str) else file.entry
    try:
        load_models()
        catalog = parse_catalog(changed, CATALOG)
    except BadCatalog as error:
        return CheckedText([_fault_of(line, entry, text) for line in str(error).split("\n")], diff)
    if entry and (fault := _other_sources(entry, catalog)):
        return CheckedText([fault], diff)
    mapped = [name for name, source in catalog.sources.items() if source.map]
    wanted = [name for name in mapped if entry is None or name == file.source]
    try:
        tried = [try_samples(n, catalog, samples_of(file.checkout, n)) for n in wanted]
    except BadSamples as error:
        return CheckedText([], diff, catalog, unreadable=str(error))
    return CheckedText([], diff, catalog, tried)


def too_long(text: str, advice: str) -> str | None:
    """Return why a field of the editor does not take this text, if it is too long, and advice."""
    if len(text) <= MAX_CHARACTERS:
        return None
    return (
        f"the text has {len(text):,} characters, and a field takes at most {MAX_CHARACTERS:,}:"
        f" {advice}"
    )


def diff_of(before: str, after: str) -> list[str]:
    """Return the lines that change, with the lines around them."""
    lines = unified_diff(before.splitlines(), after.splitlines(), CATALOG, CATALOG, lineterm="")
    return list(lines)[2:]  # The names of the files.


def _fault_of(line: str, entry: Entry | None, text: str) -> Fault:
    found = _FAULT.fullmatch(line)
    if found is None:
        return Fault(line)
    number, message = int(found[1]), found[2]
    if entry is None:
        return Fault(message, number, number)
    within = number - entry.first_line + 1
    is_inside = 1 <= within <= text.count("\n") + 1
    return Fault(message, number, within if is_inside else None)


def _other_sources(entry: Entry, catalog: Catalog) -> Fault | None:
    """Return a fault if the text holds other sources than the one that is edited."""
    if tuple(catalog.sources) == entry.names:
        return None
    return Fault(
        f"the text must hold the entry {entry.name}, and no other: to add, rename or remove a"
        " source, edit the whole file"
    )
