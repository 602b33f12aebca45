"""Turns the tree of a query into a query of tantivy."""

from tantivy import Occur, Query

from ingestion.search.entry import all_searchable_fields
from ingestion.search.query_language.syntax_tree import AllOf, AnyOf, Node, Not, Words
from ingestion.search.query_language.tokens import BadQuery
from ingestion.search.schema import ENTITY, FIELDS, SOURCE, TEXT, schema


def query_of(node: Node, entity: str | None = None, source: str | None = None) -> Query:
    """Return the query, limited to an entity name and a source. Raises BadQuery."""
    parts = [(Occur.Must, _query(node))]
    for name, value in ((ENTITY, entity), (SOURCE, source)):
        if value is not None:
            parts.append((Occur.Must, _unscored(Query.term_query(schema(), name, value))))
    return Query.boolean_query(parts)


def _query(node: Node) -> Query:
    match node:
        case Words():
            return _words(node)
        case AnyOf(parts):
            return Query.boolean_query([(Occur.Should, _query(part)) for part in parts])
        case AllOf(parts):
            return _all(parts)
        case Not():
            return _all((node,))


def _all(parts: tuple[Node, ...]) -> Query:
    """Return the query of parts that must all match. tantivy finds nothing by exclusions alone."""
    wanted = [(Occur.Must, _query(part)) for part in parts if not isinstance(part, Not)]
    excluded = [(Occur.MustNot, _query(part.part)) for part in parts if isinstance(part, Not)]
    everything = [(Occur.Must, _unscored(Query.all_query()))]
    return Query.boolean_query([*(wanted or everything), *excluded])


def _words(node: Words) -> Query:
    place = TEXT
    if node.field:
        if node.field not in all_searchable_fields():
            known = ", ".join(sorted(all_searchable_fields()))
            raise BadQuery(
                node.position,
                f"no entity has a field {node.field} that can be searched: use one of {known}, or"
                " put a text that has a colon in double quotes",
            )
        place = f"{FIELDS}.{node.field}"
    if not node.is_prefix:
        return _sequence(place, node.words)
    *before, last = node.words
    if before and place == TEXT:
        # Words have only letters and digits, which a regular expression takes as they are.
        return Query.regex_phrase_query(schema(), TEXT, [*before, f"{last}.*"])
    beginning = Query.fuzzy_term_query(schema(), place, last, distance=0, prefix=True)
    if not before:
        return beginning
    # tantivy has no such phrase for a field, or leaves out hits beyond 50 words.
    parts = [_sequence(place, tuple(before)), beginning]
    return Query.boolean_query([(Occur.Must, part) for part in parts])


def _sequence(place: str, words: tuple[str, ...]) -> Query:
    if len(words) == 1:
        return Query.term_query(schema(), place, words[0], index_option="freq")
    return Query.phrase_query(schema(), place, list(words))


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)
