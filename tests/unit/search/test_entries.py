"""The texts of a batch, or of a page of the table, are read one by one, as they are written."""

import io
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from ingestion.search.entries import EntryReader

KEYS = [f"PAPER#{n}" for n in range(250)]


class Texts:
    """A bucket that counts the texts that are read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def get_object(self, **_: Any) -> dict[str, Any]:
        """Return a text, whose body is read later."""
        content = json.dumps({"content": ["word"]}).encode()
        return {"ContentLength": len(content), "Body": Body(content, self.read)}


class Body(io.BytesIO):
    """A body that says when it is read."""

    def __init__(self, content: bytes, read: list[str]) -> None:
        super().__init__(content)
        self._read = read

    def read(self, *arguments: Any) -> bytes:
        """Read the body."""
        self._read.append("text")
        return super().read(*arguments)


class Rows:
    """A table of documents. It counts the items that are read."""

    def __init__(self) -> None:
        self.items = 0

    def read_existing(self, keys: Iterable[str], **_: Any) -> dict[str, Any]:
        """Return an item for each key but the last."""
        found = {key: item(key) for key in keys if key != KEYS[-1]}
        self.items += len(found)
        return found

    def scan(self, _: str | None) -> Iterable[tuple[list[Any], str | None]]:
        """Return all items as one page."""
        yield [item(key) for key in KEYS], None


def item(key: str) -> dict[str, Any]:
    return {
        "ID": {"S": key},
        "ENTITY_NAME": {"S": "PAPER"},
        "text_key": {"S": "texts/documents/paper.json"},
        "_event": {"M": {"source": {"S": "documents"}}},
    }


def reader_of(rows: Rows, texts: Texts) -> EntryReader:
    return EntryReader(cast("Any", rows), cast("Any", texts), "texts", ThreadPoolExecutor(10))


def test_a_batch_is_read_as_its_entries_are_written() -> None:
    rows, texts = Rows(), Texts()
    found = reader_of(rows, texts).read(KEYS)
    assert (rows.items, texts.read) == (0, [])

    for count, (key, entry) in enumerate(found.writes, start=1):
        assert len(texts.read) == min(count, 249)
        assert rows.items <= (count // 100 + 1) * 100
        assert bool(entry) == (key != KEYS[-1])

    assert count == 250
    assert (found.deleted, found.rejected, found.failed) == ({KEYS[-1]}, {}, {})


def test_a_page_of_a_rebuild_is_read_as_its_entries_are_written() -> None:
    texts = Texts()
    [page] = reader_of(Rows(), texts).scan(None)

    for count, (key, entry) in enumerate(page.found.writes, start=1):
        assert len(texts.read) == count
        assert entry
        assert entry.text == f"{key.partition('#')[2]}\nword"

    assert count == 250
