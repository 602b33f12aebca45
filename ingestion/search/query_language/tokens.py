"""Splits the text of a query into words, phrases, parentheses and operators, with positions."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from ingestion.errors import IngestionError

Kind = Literal["(", ")", "AND", "OR", "NOT", "word", "phrase", "end"]

# Word processors and Asian keyboards write these.
_MARKS = str.maketrans(
    dict.fromkeys("“”„‟«»\uff02", '"') | {"\uff08": "(", "\uff09": ")", "\uff1a": ":"}
)
_FIELD = r"[A-Za-z_]\w*:"
_TOKEN = re.compile(
    r"\s*(?:(?P<paren>[()])"
    r'|(?P<foreign>[-!](?=[\w"(])|(?:&&|\|\|)(?!\S))'
    rf"|(?P<bare>{_FIELD})(?=[\s()]|$)"
    rf'|(?P<field>{_FIELD})?(?:"(?P<phrase>[^"]*)"|(?P<open>")|(?P<word>[^\s()"]+)))'
)
_PREFIX_IN_PHRASE = re.compile(r"(?<=[^\W_])\*")
# Operators of other languages. As punctuation they would be ignored.
_OPERATORS = {"-": "NOT", "!": "NOT", "&&": "AND", "||": "OR"}


class BadQuery(IngestionError):
    """A query that cannot be read. `position` counts characters from 1."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(f"position {position}: {message}")
        self.position = position


class Token(NamedTuple):
    """A part of a query. `field` is the name before a colon; empty without one."""

    kind: Kind
    text: str
    position: int
    field: str = ""


def tokens_of(query: str) -> Iterator[Token]:
    """Yield the tokens of a query, and then its end. Raises BadQuery for what would be misread."""
    text = query.translate(_MARKS)
    place = 0
    while found := _TOKEN.match(text, place):
        place = found.end()
        yield _token(found)
    yield Token("end", "", len(query) + 1)


def _token(found: re.Match[str]) -> Token:
    kind = str(found.lastgroup)
    position = found.start("field" if found["field"] else kind) + 1
    match kind:
        case "paren":
            return Token("(" if found["paren"] == "(" else ")", found["paren"], position)
        case "phrase":
            return Token("phrase", _phrase(found), position, _field(found))
        case "word":
            word = found["word"]
            if not found["field"] and word in ("AND", "OR", "NOT"):
                return Token(word, word, position)  # type: ignore[arg-type]  # mypy keeps it a str.
            return Token("word", word, position, _field(found))
    raise BadQuery(position, _fault(kind, found[kind]))


def _fault(kind: str, text: str) -> str:
    match kind:
        case "open":
            return 'this quotation mark is never closed: add a second "'
        case "bare":
            return f'put a word or a phrase directly after {text} or put "{text}" in double quotes'
    return f"write {_OPERATORS[text]} instead of {text}"


def _phrase(found: re.Match[str]) -> str:
    """Return the text of a phrase. Raises BadQuery for a prefix in the phrase."""
    phrase = found["phrase"]
    if prefix := _PREFIX_IN_PHRASE.search(phrase):
        position = found.start("phrase") + prefix.start() + 1
        raise BadQuery(position, "* has no effect in double quotes: remove it")
    return phrase


def _field(found: re.Match[str]) -> str:
    return (found["field"] or "").removesuffix(":")
