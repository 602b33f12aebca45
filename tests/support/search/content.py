"""What an index of search holds, compared with what the code would index now."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from tantivy import DocAddress, Document, Occur, Query, Searcher

from ingestion.cli.environment import Deployment
from ingestion.search.entries import EntryReader
from ingestion.search.entry import Entry
from ingestion.search.query_language.query import query_of
from ingestion.search.query_language.syntax_tree import Words
from ingestion.search.reading import IndexReader
from ingestion.search.schema import (
    ENTITY,
    KEY,
    SHOWN,
    SHOWN_CHARACTERS,
    SOURCE,
    VERSION,
    schema,
    words_of,
)
from ingestion.settings import POOL_SIZE
from ingestion.store.reader import TableReader


class Indexed(NamedTuple):
    """An entity of an index: what is stored, and which of its fields all their words find.

    The text of the entity is the field with an empty name.
    """

    entity_name: str
    source: str
    version: str
    shown: str
    found_by: frozenset[str]


# The content of an index by the entities' keys. An index is wrong if it has a key twice.
Content = Mapping[str, list[Indexed]]
Place = tuple[int, int]  # Of a document in an index: the segment, and the number in the segment.


def stored_entries(reader: EntryReader) -> dict[str, Entry]:
    """Return what the code would index now, by key. Raises boto3's errors."""
    pages = reader.scan(None)
    return {key: entry for page in pages for key, entry in page.found.writes if entry}


def wanted_content(entries: Mapping[str, Entry]) -> Content:
    """Return the content of a right index of these entries."""
    return {key: [_wanted(entry)] for key, entry in entries.items()}


def _wanted(entry: Entry) -> Indexed:
    shown = entry.text[:SHOWN_CHARACTERS]
    found_by = frozenset(phrase.field for phrase in _phrases(entry))
    return Indexed(entry.entity_name, entry.source, entry.version, shown, found_by)


def _phrases(entry: Entry) -> Iterator[Words]:
    """Yield all words of the text, and all words of each value of a field, in their order."""
    texts = [("", entry.text), *((name, t) for name, each in entry.fields.items() for t in each)]
    for name, text in texts:
        if words := words_of(text):
            yield Words(tuple(words), name)


def index_content(searcher: Searcher | None, entries: Mapping[str, Entry]) -> Content:
    """Return what an index holds. `entries` are what it should hold, whose words are searched."""
    if searcher is None:
        return {}
    found_by: defaultdict[Place, set[str]] = defaultdict(set)
    for entry in entries.values():
        for place, names in _fields_found(searcher, entry).items():
            found_by[place] |= names
    content: defaultdict[str, list[Indexed]] = defaultdict(list)
    for address in _addresses(searcher, Query.all_query()):
        document = searcher.doc(address)
        complete = frozenset(found_by[_place(address)])
        content[str(document.get_first(KEY))].append(_indexed(document, complete))
    return content


def _fields_found(searcher: Searcher, entry: Entry) -> dict[Place, set[str]]:
    """Return the fields whose values are all found, by the place of each copy of an entity."""
    of_key = Query.term_query(schema(), KEY, entry.key)
    phrases = list(_phrases(entry))
    names = {phrase.field for phrase in phrases}
    found = {_place(address): set(names) for address in _addresses(searcher, of_key)}
    for phrase in phrases:
        both = Query.boolean_query([(Occur.Must, of_key), (Occur.Must, query_of(phrase))])
        places = {_place(address) for address in _addresses(searcher, both)}
        for place in found.keys() - places:
            found[place].discard(phrase.field)
    return found


def _addresses(searcher: Searcher, query: Query) -> list[DocAddress]:
    hits = searcher.search(query, limit=max(1, searcher.num_docs), count=False).hits
    return [address for _, address in hits]


def _place(address: DocAddress) -> Place:
    return address.segment_ord, address.doc


def _indexed(document: Document, found_by: frozenset[str]) -> Indexed:
    names = (ENTITY, SOURCE, VERSION)
    entity_name, source, version = (str(document.get_first(name)) for name in names)
    shown = bytes(document.get_first(SHOWN) or b"").decode()
    return Indexed(entity_name, source, version, shown, found_by)


def differences(wanted: Content, found: Content) -> Iterator[tuple[str, str]]:
    """Yield the key of each entity that differs, and what differs."""
    for key in sorted(wanted.keys() | found.keys()):
        expected, held = wanted.get(key, []), found.get(key, [])
        if len(expected) != len(held):
            yield key, f"copies is {len(held)} instead of {len(expected)}"
            continue
        for right, other in zip(sorted(expected), sorted(held), strict=True):
            names = [n for n in Indexed._fields if getattr(right, n) != getattr(other, n)]
            for name in names:
                is_, should = _shown(getattr(other, name)), _shown(getattr(right, name))
                yield key, f"{name} is {is_} instead of {should}"


def _shown(value: str | frozenset[str]) -> str:
    return repr(value if isinstance(value, str) else sorted(value))


class Compared(NamedTuple):
    """The right content by the table, and the content of an index."""

    table: Content
    indexed: Content


def read_compared(deployment: Deployment) -> Compared:
    """Read the table, the texts and the index. Nothing may be changing meanwhile."""
    s3, dynamodb = deployment.client("s3"), deployment.client("dynamodb")
    table = TableReader(dynamodb, deployment.table_name)
    with ThreadPoolExecutor(POOL_SIZE) as pool:
        entries = stored_entries(EntryReader(table, s3, deployment.bucket_name, pool))
    searcher = IndexReader.build(s3, deployment.search_index_bucket, 0).searcher()
    return Compared(wanted_content(entries), index_content(searcher, entries))
