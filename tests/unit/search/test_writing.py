"""The index is written in parts, so that few texts wait for tantivy in memory."""

from pathlib import Path

from ingestion.search.entry import Entry
from ingestion.search.schema import open_index
from ingestion.search.writing import live_files, write_entries


def test_texts_are_committed_before_too_many_characters_wait(tmp_path: Path) -> None:
    entries = [Entry(f"PAPER#{n}", "PAPER", "documents", "1", "ten words " * 10) for n in range(6)]

    count = write_entries(tmp_path, ((e.key, e) for e in entries), waiting_characters=150)

    segments = [name for name in live_files(tmp_path) if name.endswith(".store")]
    assert len(segments) == 3
    assert count == 6
    assert open_index(tmp_path).searcher().num_docs == 6
