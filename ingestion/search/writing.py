"""Writes entries into an index on the function's disk, and says which files the index then has."""

import json
from collections.abc import Iterable
from pathlib import Path

from tantivy import Document, Index

from ingestion.search.entry import Entry, Write
from ingestion.search.schema import (
    ENTITY,
    FIELDS,
    KEY,
    SHOWN,
    SHOWN_CHARACTERS,
    SOURCE,
    TEXT,
    VERSION,
    create_index,
    field_text,
    indexed_text,
    open_index,
    schema,
)

META = "meta.json"  # tantivy's list of the segments. Each commit replaces the file.
_HEAP_BYTES = 64_000_000
_WAITING_CHARACTERS = 32_000_000  # tantivy takes any number of texts before it writes the first.


def write_entries(
    folder: Path, writes: Iterable[Write], waiting_characters: int = _WAITING_CHARACTERS
) -> int:
    """Apply the writes to the index in a folder. Return how many entities it has.

    One thread: two would write two segments for each commit. Segments are merged before the
    function returns, because Lambda stops threads that outlive an invocation.
    """
    index = open_index(folder) if (folder / META).exists() else create_index(folder)
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    waiting = 0
    for key, entry in writes:
        writer.delete_documents_by_term(KEY, key)
        if entry:
            writer.add_document(document_of(entry))
            waiting += len(entry.text)
        if waiting > waiting_characters:
            writer.commit()
            waiting = 0
    writer.commit()
    writer.wait_merging_threads()
    return _count(index)


def document_of(entry: Entry) -> Document:
    """Return the entry as tantivy indexes it."""
    fields = {name: list(map(field_text, texts)) for name, texts in entry.fields.items()}
    return Document.from_dict(
        {
            KEY: entry.key,
            ENTITY: entry.entity_name,
            SOURCE: entry.source,
            VERSION: entry.version,
            TEXT: indexed_text(entry.text),
            SHOWN: entry.text[:SHOWN_CHARACTERS].encode(),
            FIELDS: fields,
        },
        schema(),
    )


def _count(index: Index) -> int:
    index.reload()
    return index.searcher().num_docs


def live_files(folder: Path) -> list[str]:
    """Return the names of the files that the last commit consists of.

    A segment's files are named by its id. Its deletions are a file for each commit that deleted.
    """
    meta = json.loads((folder / META).read_bytes())
    names = [META]
    for segment in meta["segments"]:
        segment_id = segment["segment_id"].replace("-", "")
        deletes = segment["deletes"] and f"{segment_id}.{segment['deletes']['opstamp']}.del"
        found = (file.name for file in folder.glob(f"{segment_id}.*"))
        names += [name for name in found if not name.endswith(".del") or name == deletes]
    return sorted(names)
