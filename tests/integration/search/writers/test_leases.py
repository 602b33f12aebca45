"""A writer that lost a swap commits next, also if other writers never stop."""

import time
from contextlib import suppress

import pytest

from ingestion.errors import TransientFailure
from ingestion.handlers import indexer
from ingestion.search.pointer import LEASE_POLL_SECONDS, POINTER_KEY, PointerStore
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
        """Commit before each commit of the slow writer, unless the lease is another writer's."""
        if params["Key"] == POINTER_KEY and b'"lease":null' in params["Body"]:
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
    assert platform.pointer().lease is None


def test_another_writer_waits_until_the_lease_ends(
    pointers: PointerStore, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    pointers.take_lease("mine", LONG)
    waits = []

    def commit_meanwhile(seconds: float) -> None:
        waits.append(seconds)
        base = pointers.read()
        pointers.swap(base.pointer.next("committed"), base.etag)

    monkeypatch.setattr(time, "sleep", commit_meanwhile)
    read = pointers.read_when_free("theirs", time.monotonic() + LONG)

    assert waits == [LEASE_POLL_SECONDS]
    assert read.pointer.commit == "committed"
    assert platform.pointer().lease is None


def test_a_writer_without_time_to_wait_gives_its_batch_back(pointers: PointerStore) -> None:
    pointers.take_lease("mine", LONG)

    with pytest.raises(TransientFailure, match="IndexSwapLost"):
        pointers.read_when_free("theirs", time.monotonic() - 1)


def test_a_killed_writers_lease_expires(pointers: PointerStore) -> None:
    pointers.take_lease("killed", 0)

    read = pointers.read_when_free("theirs", time.monotonic() - 1)
    pointers.take_lease("theirs", LONG)
    taken = pointers.read().pointer.lease

    assert read.pointer.lease is not None
    assert taken is not None
    assert taken.writer == "theirs"


def test_only_one_writer_has_the_lease(pointers: PointerStore) -> None:
    pointers.take_lease("mine", LONG)
    pointers.take_lease("theirs", LONG)

    read = pointers.read_when_free("mine", time.monotonic() - 1)

    assert read.pointer.lease is not None
    assert read.pointer.lease.writer == "mine"


def test_a_lease_is_no_commit(pointers: PointerStore) -> None:
    before = pointers.read().pointer

    pointers.take_lease("mine", LONG)

    after = pointers.read().pointer
    assert after.lease is not None
    assert after.model_copy(update={"lease": None}) == before
