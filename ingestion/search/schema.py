"""The schema of the index, and how a text becomes the words that are searched."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tantivy import (
    Filter,
    Index,
    Schema,
    SchemaBuilder,
    TextAnalyzer,
    TextAnalyzerBuilder,
    Tokenizer,
)

from ingestion.search.pointer import IndexDamaged

# The fields of an indexed entity.
KEY, ENTITY, SOURCE, VERSION = "key", "entity", "source", "version"
TEXT, SHOWN, FIELDS = "text", "shown", "fields"
SHOWN_CHARACTERS = 200_000  # The beginning of a text. A search for highlights takes about 10 ms.
MAX_WORD_BYTES = 255  # A longer run of letters and digits is indexed in pieces.
# A character has at most four bytes: a shorter run has at most 255.
_LONG = re.compile(r"(?<!\S)\S{64,}")
_WORDS = "words"  # The name of the analyzer.
# tantivy indexes a text that is an RFC 3339 time as a time, and would not find its words.
_NO_TIME = " "


@contextmanager
def finding_damage() -> Iterator[None]:
    """Raise IndexDamaged if tantivy cannot read a file."""
    try:
        yield
    except ValueError as error:
        raise IndexDamaged from error
    except BaseException as error:  # The class of a panic in Rust cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise IndexDamaged from error


@cache
def schema() -> Schema:
    """Return the schema. The index stores the beginning of a text, which highlights quote.

    It does not store whole texts: a query loads what is stored of each hit of a page.
    """
    builder = SchemaBuilder()
    for name in (KEY, ENTITY, SOURCE, VERSION):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(TEXT, tokenizer_name=_WORDS)
    builder.add_bytes_field(SHOWN, stored=True)
    builder.add_json_field(FIELDS, tokenizer_name=_WORDS)
    return builder.build()


@cache
def _analyzer() -> TextAnalyzer:
    """Return the analyzer, which finds runs of letters and digits in lower case."""
    return TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase()).build()


@cache
def _splitter() -> TextAnalyzer:
    """Return the analyzer that finds the same runs as they are written."""
    return TextAnalyzerBuilder(Tokenizer.simple()).build()


def normalize(text: str) -> str:
    """Return the text in Unicode's form NFKC, in which equal words are equal characters.

    File names of macOS have é as two characters, and PDF files have fi as one.
    """
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def same_sigmas(text: str) -> str:
    """Return the text with one small sigma, as Σ has two: one of them ends a word."""
    return text.replace("\u03c2", "\u03c3")  # Greek: the sigma that ends a word, and any other.


def indexed_text(text: str) -> str:
    """Return a normalized text as tantivy indexes it: runs over 255 bytes are in pieces."""
    return _LONG.sub(_in_pieces, same_sigmas(text))


def _in_pieces(found: re.Match[str]) -> str:
    return " ".join(piece for run in _splitter().analyze(found[0]) for piece in _pieces(run))


def _pieces(run: str) -> Iterator[str]:
    """Yield pieces of at most 255 bytes, each of whole characters."""
    content, place = run.encode(), 0
    while place < len(content):
        piece = content[place : place + MAX_WORD_BYTES].decode(errors="ignore")
        yield piece
        place += len(piece.encode())


def words_of(text: str) -> list[str]:
    """Return the words of a normalized text, in lower case."""
    return _analyzer().analyze(indexed_text(text))


def field_text(value: str) -> str:
    """Return a field's value so that tantivy indexes it as text."""
    return _NO_TIME + indexed_text(value)


def create_index(folder: Path) -> Index:
    """Create an empty index in a folder."""
    return _with_analyzer(Index(schema(), path=str(folder)))


def open_index(folder: Path) -> Index:
    """Open the index in a folder. Raises IndexDamaged, also if the index has another schema."""
    with finding_damage():
        index = Index.open(str(folder))
    if index.schema != schema():
        raise IndexDamaged
    return _with_analyzer(index)


def _with_analyzer(index: Index) -> Index:
    index.register_tokenizer(_WORDS, _analyzer())
    return index
