"""Finds entities by a query, and checks each hit against the table."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from tantivy import Document, Query, Searcher

from ingestion.search.entry import models_digest, version_of
from ingestion.search.highlights import highlights_of
from ingestion.search.query_language.query import query_of
from ingestion.search.query_language.syntax_tree import (
    Node,
    Words,
    all_words,
    parse_query,
    positive_words,
)
from ingestion.search.query_language.tokens import BadQuery
from ingestion.search.reading import IndexReader
from ingestion.search.schema import KEY, SHOWN, VERSION, finding_damage
from ingestion.store.reader import Json, Position, Step, TableReader, entity_document

MAX_RANK = 10_000  # tantivy keeps the best hits in memory up to the last one of a page.
_TOO_MANY = "exceeded max expansions"  # tantivy: too many words begin as a phrase ends.


@dataclass(frozen=True)
class Search:
    """The text of a query, and the entity name and the source of its hits."""

    text: str
    entity: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Finder:
    """The index and the table."""

    index: IndexReader
    table: TableReader

    def find(self, search: Search, after: Position | None, page_size: int) -> Iterator[Step]:
        """Yield the hits after a rank, the best first, as far as the table has them.

        The position of a hit is its rank. A step has no entity if the table no longer has it.
        Raises BadQuery, boto3's errors and TransientFailure.
        """
        node = parse_query(search.text)
        query = query_of(node, search.entity, search.source)
        words: list[Words] | None = list(positive_words(node))
        rank, searcher = int(after.id) if after else 0, self.index.searcher()
        # The index of other models may hold the text of a field that is personal by now.
        words = words if self.index.models_digest == models_digest() else None
        while searcher and rank < MAX_RANK:
            size = min(page_size, MAX_RANK - rank)
            found = _search(searcher, query, node, offset=rank, limit=size)
            items = self.table.read_existing(_key(document) for document in found)
            for document in found:
                rank += 1
                item = items.get(_key(document))
                yield Step(Position(str(rank)), item and _hit(item, document, words, search))
            if len(found) < page_size:
                return


def _search(
    searcher: Searcher, query: Query, node: Node, *, offset: int, limit: int
) -> list[Document]:
    with finding_damage():
        try:
            hits = searcher.search(query, limit=limit, offset=offset, count=False).hits
        except ValueError as error:
            if _TOO_MANY not in str(error):
                raise
            position = next(w.position for w in all_words(node) if w.is_prefix and w.words[1:])
            message = "too many words match: put more characters before *"
            raise BadQuery(position, message) from error
        return [searcher.doc(address) for _, address in hits]


def _key(document: Document) -> str:
    return str(document.get_first(KEY))


def _hit(item: Json, document: Document, words: list[Words] | None, search: Search) -> Json | None:
    """Return the entity with its address and highlights; None if its source is another by now.

    Only the text of the stored version is shown: a newer version may have taken it back.
    """
    found = entity_document(item)
    if search.source not in (None, (found["event"] or {}).get("source")):
        return None
    is_current = words is not None and document.get_first(VERSION) == version_of(item)
    text = bytes(document.get_first(SHOWN) or b"").decode() if is_current else ""
    made = highlights_of(text, words or []) if text else []
    path = f"/entities/{found['entity_name']}/{quote(found['id'], safe='')}"
    highlights = [[part._asdict() for part in parts] for parts in made]
    return found | {"path": path, "highlights": highlights}
