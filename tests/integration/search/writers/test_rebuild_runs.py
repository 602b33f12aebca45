"""A rebuild whose runs crash, are repeated, or compete with other commits."""

import pytest

from ingestion.search.pointer import POINTER_KEY
from tests.integration.search.events import contract_event
from tests.integration.search.platform import Platform, before, crashed
from tests.integration.search.writers.rebuilds import begin, pages_of
from tests.support.factories import Json, lines


def test_a_retry_of_a_crashed_rebuild_continues_from_its_last_step(platform: Platform) -> None:
    platform.put(*(contract_event(n, "turbine") for n in range(6)))
    generation = platform.pointer().generation

    with pages_of(platform, 2), crashed(platform.indexer, "PutObject", POINTER_KEY, after=True):
        platform.rebuild(run_id="first")
    with pages_of(platform, 2):
        begin_and_crash(platform)
    with pages_of(platform, 2) as scans:
        platform.rebuild(run_id="first")

    assert "ExclusiveStartKey" in scans[0]
    assert (platform.pointer().rebuild, platform.pointer().entity_count) == (None, 6)
    assert platform.pointer().generation == "first" != generation


def begin_and_crash(platform: Platform) -> None:
    """Take one step of the rebuild "first", as a run does before it crashes."""
    run = begin(platform, rows=2, generation="first")
    assert run.commit_next_rows() == "continues"


def test_a_repeat_of_a_completed_rebuild_does_nothing(platform: Platform) -> None:
    platform.put(contract_event(1, "turbine"))
    platform.rebuild(run_id="first")
    built = platform.pointer()

    platform.rebuild(run_id="first")

    assert platform.pointer() == built


def test_a_replaced_rebuild_is_not_counted(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.put(contract_event(1, "turbine"))
    begin(platform, generation="second")
    capsys.readouterr()

    platform.rebuild({"rebuild": "first"})
    platform.rebuild({"rebuild": "second"})

    printed = lines(capsys.readouterr().out)
    assert [line["source"] for line in printed if "IndexRebuilt" in line] == ["search"]
    assert platform.pointer().generation == "second"


def test_two_runs_of_one_step_lose_no_change(platform: Platform) -> None:
    platform.put(*(contract_event(n, "turbine") for n in range(4)))
    other = platform.new_indexer()
    slow, fast = (begin(platform, rows=2, generation="g") for _ in range(2))
    fast.commits, fast.entries = other.commits, other.entries

    def overtake() -> None:
        platform.index(platform.store(contract_event(0, "pump", minute=1)), by=other)
        assert fast.commit_next_rows() == "continues"

    with pages_of(platform, 2), pages_of(platform, 2, of=other):
        with before(platform.indexer, "PutObject", ".store", overtake):
            assert slow.commit_next_rows() == "replaced"
        while fast.commit_next_rows() == "continues":
            pass

    assert (platform.ids("pump"), len(platform.ids("turbine"))) == (["c-0"], 3)
    assert platform.objects() == platform.pointer().named_keys()


def test_a_rebuild_uploads_its_rows_once_while_other_commits_win(platform: Platform) -> None:
    platform.put(*(contract_event(n, "turbine") for n in range(4)))
    other, stores = platform.new_indexer(), list[str]()
    run = begin(platform)

    def commit_first(params: Json, **_: object) -> None:
        if params["Key"].endswith(".store"):
            stores.append(params["Key"])
        if params["Key"] == POINTER_KEY and len(stores) < 4:
            event = contract_event(10 + len(stores), "turbine")
            platform.index(platform.store(event), by=other)

    platform.indexer.commits.local.s3.meta.events.register(
        "provide-client-params.s3.PutObject", commit_first
    )
    assert run.commit_next_rows() == "built"

    scanned, *_, last = stores
    assert len(stores) == 4
    assert {scanned, last} <= platform.pointer().keys()
    assert platform.objects() == platform.pointer().named_keys()
    assert len(platform.ids("turbine", limit=50)) == 7
