"""Parses a query: words, "phrases", AND, OR, NOT, parentheses, field:word and word*.

Words side by side must all match. AND binds more than OR, and NOT more than AND.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ingestion.search.query_language.tokens import BadQuery, Token, tokens_of
from ingestion.search.schema import MAX_WORD_BYTES, normalize, words_of

MAX_DEPTH = 20  # Parentheses and NOTs within each other.
# Nearly all entities have a word that begins with a given Latin character. Ideographs are many.
MIN_PREFIX = 2


@dataclass(frozen=True)
class Words:
    """Words that follow each other; the last one may be only the beginning of a word."""

    words: tuple[str, ...]
    field: str = ""
    is_prefix: bool = False
    position: int = 1


@dataclass(frozen=True)
class Not:
    """What must not match."""

    part: "Node"


@dataclass(frozen=True)
class AllOf:
    """Parts that must all match."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True)
class AnyOf:
    """Parts. At least one must match."""

    parts: "tuple[Node, ...]"


Node: TypeAlias = Words | Not | AllOf | AnyOf


def parse_query(query: str) -> Node:
    """Return the tree of a query. Raises BadQuery with the position of what is wrong."""
    parser = _Parser(list(tokens_of(query)))
    node = parser.parse_any(0)
    if parser.next.kind == ")":
        raise BadQuery(parser.next.position, 'this ")" has no matching "(": remove it')
    if node is None:
        raise BadQuery(1, "has no word to search for: add one")
    return node


def positive_words(node: Node) -> Iterator[Words]:
    """Yield the words that a hit may contain: those that are not excluded."""
    match node:
        case Words():
            yield node
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from positive_words(part)


def all_words(node: Node) -> Iterator[Words]:
    """Yield all words of a query, also those that are excluded."""
    match node:
        case Words():
            yield node
        case Not(part):
            yield from all_words(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from all_words(part)


@dataclass
class _Parser:
    """Reads tokens by recursive descent. A method returns None for punctuation without words."""

    tokens: list[Token]
    _place: int = field(default=0, init=False)

    @property
    def next(self) -> Token:
        return self.tokens[self._place]

    def _take(self) -> Token:
        token = self.next
        self._place += 1
        return token

    def parse_any(self, depth: int) -> Node | None:
        parts = [self._parse_all(depth)]
        while self.next.kind == "OR":
            self._take()
            parts.append(self._parse_all(depth))
        return _combined(AnyOf, parts)

    def _parse_all(self, depth: int) -> Node | None:
        parts = [self._parse_one(depth)]
        while self.next.kind not in ("OR", ")", "end"):
            if self.next.kind == "AND":
                self._take()
            parts.append(self._parse_one(depth))
        return _combined(AllOf, parts)

    def _parse_one(self, depth: int) -> Node | None:
        token = self._take()
        if depth > MAX_DEPTH:
            message = f"parentheses and NOT are more than {MAX_DEPTH} levels deep: remove some"
            raise BadQuery(token.position, message)
        match token.kind:
            case "NOT":
                part = self._parse_one(depth + 1)
                return part and Not(part)
            case "(":
                node = self.parse_any(depth + 1)
                if self._take().kind != ")":
                    raise BadQuery(token.position, 'this "(" is never closed: add ")"')
                return node
            case "word" | "phrase":
                return _words(token)
        where = "at the end" if token.kind == "end" else f"before {token.text}"
        raise BadQuery(token.position, f"a word or a phrase is missing {where}")


def _combined(kind: type[AllOf] | type[AnyOf], parts: list[Node | None]) -> Node | None:
    known = tuple(part for part in parts if part)
    return kind(known) if len(known) > 1 else known[0] if known else None


def _words(token: Token) -> Words | None:
    """Return the words of a token. Punctuation has none."""
    is_prefix = token.kind == "word" and token.text.endswith("*")
    text = normalize(token.text.removesuffix("*") if is_prefix else token.text)
    if token.kind == "word" and "*" in text:
        raise BadQuery(token.position, "* may only be the last character of a word")
    if len(text.encode(errors="replace")) > MAX_WORD_BYTES and token.kind == "word":
        raise BadQuery(token.position, f"a word has at most {MAX_WORD_BYTES} bytes")
    words = tuple(words_of(text))
    if is_prefix and not _is_beginning(text, words):
        raise BadQuery(token.position, f"put the first {MIN_PREFIX} characters of a word before *")
    return Words(words, token.field, is_prefix, token.position) if words else None


def _is_beginning(text: str, words: tuple[str, ...]) -> bool:
    """Return whether the text ends in a word that is long enough to be the beginning of others.

    Marks do not count: the virama of Hindi separates words, but belongs to the character before it.
    """
    others = (char for char in reversed(text) if not unicodedata.category(char).startswith("M"))
    if not words_of(next(others, "")):
        return False
    is_wide = unicodedata.east_asian_width(words[-1][0]) == "W"
    return len(words) > 1 or len(words[0]) >= MIN_PREFIX or is_wide
