"""The catalog's file as it was read, and the text that a person edits: one entry, or all of it."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from ingestion.cli.catalog_text.entry import Entry, NotSeparable, UnknownEntry, cut_entry
from ingestion.cli.catalog_text.line_ends import (
    ends_a_line,
    most_common_end,
    with_ends_of,
    with_lf,
)
from ingestion.cli.catalog_text.replace_file import locked_catalog, replace_catalog
from ingestion.cli.checkout import Checkout
from ingestion.cli.output import exit_with_error

CATALOG = "config/sources.yaml"
NEEDS_CHECKOUT = (
    f"editing a source needs a checkout of this project, because the entry is in {CATALOG}:"
    " run `ingest console` in a checkout"
)


@dataclass(frozen=True)
class EditedFile:
    """The file with the entry of a source, as it was read."""

    checkout: Checkout
    source: str
    content: bytes

    @property
    def digest(self) -> str:
        """Return the hash that says whether the file is still the one that was read."""
        return sha256(self.content).hexdigest()

    @cached_property
    def text(self) -> str:
        """The text of the file. The command ends if it is not UTF-8."""
        try:
            return self.content.decode()
        except UnicodeDecodeError as error:
            exit_with_error(f"{CATALOG}: is not UTF-8: {error.reason} at byte {error.start}")

    @cached_property
    def entry(self) -> Entry | str:
        """The entry, or why it is not separable."""
        try:
            return cut_entry(self.text, self.source)
        except NotSeparable as error:
            return str(error)

    @property
    def has_source(self) -> bool:
        """Return whether the file has the source. An unreadable file may have it."""
        try:
            cut_entry(self.text, self.source)
        except UnknownEntry:
            return False
        except NotSeparable:
            return True
        return True

    def with_text(self, text: str, *, is_whole: bool) -> str:
        """Return the file's text with an edited text in the place of the entry, or of everything.

        All lines that stay keep their ends. Raises NotSeparable.
        """
        newline = most_common_end(self.text)
        if is_whole:
            return with_ends_of(self.text, text, newline)
        if isinstance(self.entry, str):
            raise NotSeparable(self.entry)
        edited = with_ends_of(self.entry.text, text, newline)
        ending = "" if not edited or ends_a_line(edited) else newline
        return self.entry.replaced_by(edited + ending)

    def holds(self, text: str, *, is_whole: bool) -> bool:
        """Return whether the file is as saving this text leaves it."""
        now, typed = _lines_of(self.text), _lines_of(text)
        if is_whole:
            return now == typed
        if isinstance(self.entry, str):
            return False
        # `cut_entry` gives comments at the end of the typed text to the next entry.
        return _lines_of(self.entry.text) in typed and typed in now

    def replace(self, text: str) -> None:
        """Write the file. The command ends if the file is read-only.

        Raises CatalogChanged if it is not what was read.
        """
        with locked_catalog(self.checkout, self.content):
            replace_catalog(self.checkout, text)


def read_edited_file(checkout: Checkout, source: str) -> EditedFile:
    """Return the file. The command ends without a checkout."""
    require_checkout(checkout)
    return EditedFile(checkout, source, checkout.catalog_file.read_bytes())


def require_checkout(checkout: Checkout) -> None:
    """End the command without a checkout."""
    if refusal := edit_refusal(checkout):
        exit_with_error(refusal)


def edit_refusal(checkout: Checkout) -> str | None:
    """Return why no source can be edited, or None."""
    file = checkout.catalog_file
    if file.is_file():
        return None
    if not file.parent.is_dir():
        return NEEDS_CHECKOUT
    wrong = "not a file" if file.exists() else "missing"
    return f"{CATALOG} is {wrong}: restore it, such as with `git restore {CATALOG}`"


def _lines_of(text: str) -> str:
    """Return a text between ends of lines, so that only whole lines of it can be found."""
    return "\n" + with_lf(text).removesuffix("\n") + "\n"
