"""The comparison of an index with the table finds everything in which they differ."""

from dataclasses import replace

import pytest

from ingestion.search.entry import Entry, Write
from ingestion.search.pointer import new_id
from ingestion.search.reading import IndexReader
from tests.integration.search.events import contract_event, deletion, document_event
from tests.integration.search.platform import INDEX, Platform
from tests.support.search.content import (
    differences,
    index_content,
    stored_entries,
    wanted_content,
)

FIRST, SECOND = "CONTRACT#c-1", "CONTRACT#c-2"


def compared(platform: Platform) -> list[tuple[str, str]]:
    """Return the differences between the index and the table."""
    entries = stored_entries(platform.indexer.entries)
    searcher = IndexReader.build(platform.s3, INDEX, 0).searcher()
    return [*differences(wanted_content(entries), index_content(searcher, entries))]


@pytest.fixture
def two(platform: Platform) -> dict[str, Entry]:
    """Index two contracts, and return their entries."""
    platform.put(contract_event(1, "turbine and pump"), contract_event(2, "valve"))
    return stored_entries(platform.indexer.entries)


def commit(platform: Platform, *writes: Write) -> None:
    """Write these into the index, whatever the table holds."""
    commits = platform.indexer.commits
    commits.commit(commits.pointers.read(), writes, new_id())


def test_a_grown_and_a_rebuilt_index_equal_the_table(platform: Platform) -> None:
    platform.put_text("texts/sourceB/d-1.json", "this is a full test", "of 2 pages")
    platform.put(document_event("d-1", name="name.txt", tags=["red", "dark blue"], owner="me"))
    platform.put(contract_event(1, "turbine"), contract_event(2, "valve"), contract_event(3, "-"))
    platform.put(deletion(1), contract_event(2, "pump", minute=2))

    grown = compared(platform)
    platform.rebuild()

    assert (grown, compared(platform)) == ([], [])


def test_an_index_that_does_not_exist_lacks_every_entity(platform: Platform) -> None:
    platform.store(contract_event(1, "turbine"))

    assert compared(platform) == [(FIRST, "copies is 0 instead of 1")]


@pytest.mark.usefixtures("two")
def test_an_entity_that_the_table_no_longer_has_is_found(platform: Platform) -> None:
    platform.store(deletion(2))

    assert compared(platform) == [(SECOND, "copies is 1 instead of 0")]


@pytest.mark.usefixtures("two")
def test_an_earlier_version_is_found(platform: Platform) -> None:
    platform.store(contract_event(2, "gauge", minute=2))

    names = [what.partition(" ")[0] for _, what in compared(platform)]
    assert names == ["version", "shown", "found_by"]


def test_an_entity_that_is_there_twice_is_found(platform: Platform, two: dict[str, Entry]) -> None:
    commit(platform, ("CONTRACT#other", two[FIRST]))

    assert compared(platform) == [(FIRST, "copies is 2 instead of 1")]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": "sourceA"}, "source is 'sourceA' instead of 'sourceB'"),
        ({"entity_name": "PAPER"}, "entity_name is 'PAPER' instead of 'CONTRACT'"),
        ({"text": "c-1"}, "shown is 'c-1' instead of "),
        ({"fields": {}}, "found_by is [''] instead of ['', "),
        ({"fields": {"contract_name": ["pump and turbine"]}}, "found_by is [''] instead of "),
    ],
    ids=["source", "entity", "text", "fields", "order of words"],
)
def test_other_content_is_found(
    platform: Platform, two: dict[str, Entry], changes: dict[str, object], message: str
) -> None:
    commit(platform, (FIRST, replace(two[FIRST], **changes)))  # type: ignore[arg-type]  # Typed by name.

    found = compared(platform)

    assert {key for key, _ in found} == {FIRST}
    assert message in found[0][1]


def test_words_beyond_those_that_highlights_quote_are_compared(platform: Platform) -> None:
    long = " ".join(f"{number:0250}" for number in range(800))
    platform.put_text("texts/sourceB/d-1.json", f"{long} end")
    platform.put(document_event("d-1"))
    entry = stored_entries(platform.indexer.entries)["PAPER#d-1"]
    right = compared(platform)

    commit(platform, (entry.key, replace(entry, text=entry.text.removesuffix("end"))))

    [(_, what)] = compared(platform)
    assert (right, what) == ([], "found_by is ['paper_id'] instead of ['', 'paper_id']")
