"""A writer that lost a swap commits next, also if other writers never stop."""

import time
from contextlib import suppress

import pytest

from ingestion.errors import TransientFailure
from ingestion.handlers import indexer
from ingestion.search import turns
from ingestion.search.pointer import POINTER_KEY, PointerStore
from ingestion.search.turns import read_in_turn, take_turn
from tests.integration.search.events import contract_event
from tests.integration.search.platform import INDEX, Platform
from tests.support.factories import Json, lines
from tests.support.invocations import batch, context, record

LONG = 600


@pytest.fixture
def pointers(platform: Platform) -> PointerStore:
    """The pointer of an index with one entity."""
    platform.put(contract_event(1, "turbine"))
    return PointerStore(platform.s3, INDEX)


def test_a_slow_writer_loses_once_to_writers_that_never_stop(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    mine, theirs = (platform.store(contract_event(n, "turbine")) for n in (1, 2))
    other = platform.new_indexer()

    def commit_first(params: Json, **_: object) -> None:
        """Commit before each commit of the slow writer, unless the turn is another writer's."""
        if params["Key"] == POINTER_KEY and b'"turn":null' in params["Body"]:
            with suppress(TransientFailure):
                indexer.handle(batch(*map(record, theirs)), context(0), other)

    platform.indexer.commits.local.s3.meta.events.register(
        "provide-client-params.s3.PutObject", commit_first
    )
    assert platform.index(mine) == []

    assert platform.ids("turbine") == ["c-1", "c-2"]
    lost = [
        line["IndexSwapLost"] for line in lines(capsys.readouterr().out) if "IndexSwapLost" in line
    ]
    assert lost[-1] == [1.0]
    assert platform.pointer().turn is None


def test_another_writer_waits_until_the_turn_ends(
    pointers: PointerStore, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_turn(pointers, "mine", LONG)
    waits = []

    def commit_meanwhile(seconds: float) -> None:
        waits.append(seconds)
        base = pointers.read()
        pointers.swap(base.pointer.next("committed"), base.etag)

    monkeypatch.setattr(time, "sleep", commit_meanwhile)
    read = read_in_turn(pointers, "theirs", time.monotonic() + LONG)

    assert waits == [turns._POLL_SECONDS]
    assert read.pointer.commit == "committed"
    assert platform.pointer().turn is None


def test_a_writer_without_time_to_wait_gives_its_batch_back(pointers: PointerStore) -> None:
    take_turn(pointers, "mine", LONG)

    with pytest.raises(TransientFailure, match="IndexSwapLost"):
        read_in_turn(pointers, "theirs", time.monotonic() - 1)


def test_a_killed_writers_turn_ends_by_itself(pointers: PointerStore) -> None:
    take_turn(pointers, "killed", 0)

    read = read_in_turn(pointers, "theirs", time.monotonic() - 1)
    take_turn(pointers, "theirs", LONG)
    taken = pointers.read().pointer.turn

    assert read.pointer.turn is not None
    assert taken is not None
    assert taken.writer == "theirs"


def test_only_one_writer_has_the_turn(pointers: PointerStore) -> None:
    take_turn(pointers, "mine", LONG)
    take_turn(pointers, "theirs", LONG)

    read = read_in_turn(pointers, "mine", time.monotonic() - 1)

    assert read.pointer.turn is not None
    assert read.pointer.turn.writer == "mine"


def test_a_turn_is_no_commit(pointers: PointerStore) -> None:
    before = pointers.read().pointer

    take_turn(pointers, "mine", LONG)

    after = pointers.read().pointer
    assert after.turn is not None
    assert after.model_copy(update={"turn": None}) == before
