"""A rebuilt index equals the grown one, whatever happens meanwhile."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from ingestion.handlers import indexer
from ingestion.search.pointer import POINTER_KEY
from tests.integration.search.events import contract_event, deletion, document_event
from tests.integration.search.platform import INDEX, Platform, before, crashed
from tests.integration.search.writers.rebuilds import begin, pages_of
from tests.support.factories import lines
from tests.support.invocations import context

WORDS = ("turbine", "pump", "valve", "gauge", "rotor")


def hits(platform: Platform) -> dict[str, list[str]]:
    return {word: platform.ids(word, limit=100) for word in (*WORDS, "goods", "tur*")}


def grow(platform: Platform, seed: int = 1) -> None:
    """Store, change and delete entities, in several commits and an order of their own."""
    chance = random.Random(seed)
    minute = 0
    for _ in range(6):
        events = []
        for number in chance.sample(range(30), 10):
            minute += 1
            kind = chance.random()
            name = " ".join(chance.sample(WORDS, 2))
            is_deleted = kind < 0.3
            made = deletion(number, minute=minute % 60) if is_deleted else None
            events.append(made or contract_event(number, name, minute=minute % 60))
        changes = platform.store(*events)
        chance.shuffle(changes)
        platform.index(changes)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_rebuilt_index_equals_the_grown_one(platform: Platform, seed: int) -> None:
    grow(platform, seed)
    grown, documents = hits(platform), platform.pointer().entity_count
    assert any(grown.values())

    platform.rebuild()

    pointer = platform.pointer()
    assert hits(platform) == grown
    assert (pointer.entity_count, pointer.rebuild) == (documents, None)


def test_changes_during_a_rebuild_are_in_the_new_index(platform: Platform) -> None:
    platform.put(contract_event(1, "turbine"), contract_event(2, "turbine"))
    other = platform.new_indexer()

    def change() -> None:
        changes = platform.store(
            contract_event(1, "pump", minute=1), deletion(2), contract_event(3, "valve")
        )
        platform.index(changes, by=other)

    with before(platform.indexer, "PutObject", ".store", change):
        platform.rebuild()

    assert platform.pointer().rebuild is None
    found = {word: ids for word, ids in hits(platform).items() if word in WORDS and ids}
    assert found == {"pump": ["c-1"], "valve": ["c-3"]}


def test_a_change_at_the_last_moment_is_in_the_new_index(platform: Platform) -> None:
    platform.put(contract_event(1, "turbine"))
    other = platform.new_indexer()
    run = begin(platform)

    def change() -> None:
        platform.index(platform.store(contract_event(1, "pump", minute=1)), by=other)

    with before(platform.indexer, "PutObject", POINTER_KEY, change):
        assert run.commit_next_rows() == "built"

    assert (platform.ids("pump"), platform.ids("turbine")) == (["c-1"], [])


def test_a_rebuild_without_time_continues_in_another_invocation(platform: Platform) -> None:
    platform.put(*(contract_event(n, "turbine") for n in range(5)))
    generation = platform.pointer().generation
    platform.invocations.payloads.clear()
    invoked = 0

    with pages_of(platform, 2):
        platform.rebuild(seconds=1)
        while platform.invocations.payloads:
            assert platform.pointer().generation == generation
            platform.rebuild(platform.invocations.payloads.pop(), seconds=1)
            invoked += 1

    pointer = platform.pointer()
    assert invoked >= 2
    assert (pointer.generation != generation, pointer.entity_count) == (True, 5)
    assert len(platform.ids("turbine")) == 5


@pytest.mark.parametrize(
    ("operation", "key", "after"),
    [
        ("PutObject", ".store", True),
        ("PutObject", POINTER_KEY, False),
        ("PutObject", POINTER_KEY, True),
    ],
)
def test_a_crash_of_a_rebuild_harms_nothing(
    platform: Platform, operation: str, key: str, after: bool
) -> None:
    platform.put(contract_event(1, "turbine"), contract_event(2, "pump"))
    platform.put(contract_event(1, "valve", minute=1))
    grown = hits(platform)

    with crashed(platform.indexer, operation, key, after=after):
        platform.rebuild()

    assert hits(platform) == grown
    platform.indexer = platform.new_indexer()
    platform.rebuild()
    assert hits(platform) == grown


def test_a_second_rebuild_takes_the_place_of_the_first(platform: Platform) -> None:
    platform.put(contract_event(1, "turbine"))
    first = begin(platform)
    second = begin(platform)

    assert first.commit_next_rows() == "replaced"
    assert platform.pointer().rebuild is not None
    assert second.commit_next_rows() == "built"
    assert platform.pointer().rebuild is None


def test_a_rebuild_sweeps_what_crashed_writers_left(platform: Platform) -> None:
    platform.put(contract_event(1, "turbine"))
    left = "index/g/c/left.store"
    platform.s3.put_object(Bucket=INDEX, Key=left, Body=b"")

    platform.rebuild()  # A writer may still use the object.

    assert left in platform.objects()

    patient = replace(platform.indexer.commits, writer_time=timedelta(seconds=-5))
    platform.indexer = replace(platform.indexer, commits=patient)
    platform.rebuild()

    assert left not in platform.objects()
    assert platform.ids("turbine") == ["c-1"]


def test_a_text_that_is_missing_leaves_the_other_fields_in_a_rebuilt_index(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.store(document_event("d", name="manual"))

    platform.rebuild()

    assert platform.ids("manual") == ["d"]
    [line] = [line for line in lines(capsys.readouterr().out) if "message" in line]
    assert (line["message"], line["entity_key"]) == ("text_not_indexed", "PAPER#d")
    assert line["reason"] == "text_missing"


def test_an_empty_table_has_an_empty_index(platform: Platform) -> None:
    platform.rebuild()

    assert platform.pointer().entity_count == 0
    assert platform.found("turbine") == []


def test_an_event_of_an_unknown_form_is_refused(platform: Platform) -> None:
    with pytest.raises(Exception, match="ValueError"):
        indexer.handle({"rebuild": 7}, context(), platform.indexer)
