"""No writer deletes a file that the current index needs, whatever S3 answers."""

from dataclasses import replace

from tests.integration.search.events import contract_event
from tests.integration.search.platform import Platform
from tests.integration.search.writers.lost_responses import response_lost, stored_late
from tests.integration.search.writers.rebuilds import begin, pages_of

ALL = ["c-1", "c-2", *(f"c-{n}" for n in range(10, 17))]


def test_a_commit_whose_response_was_lost_keeps_its_files(platform: Platform) -> None:
    for number in range(10, 17):  # The eighth commit merges the segments of all.
        platform.put(contract_event(number, "turbine"))
    other = platform.new_indexer()
    mine, theirs = (platform.store(contract_event(n, "turbine")) for n in (1, 2))

    with response_lost(platform.indexer, lambda: platform.index(theirs, by=other)):
        assert platform.index(mine) == []

    assert platform.pointer().keys() <= platform.objects()
    assert platform.ids("turbine", limit=50) == sorted(ALL)


def test_a_rebuild_whose_response_was_lost_keeps_its_files(platform: Platform) -> None:
    platform.put(*(contract_event(number, "turbine") for number in range(6)))
    other = platform.new_indexer()
    theirs = platform.store(contract_event(9, "turbine"))
    run = begin(platform, rows=2)

    with (
        pages_of(platform, 2),
        response_lost(platform.indexer, lambda: platform.index(theirs, by=other)),
    ):
        run.commit_next_rows()
        assert platform.pointer().keys() <= platform.objects()
        while run.commit_next_rows() == "continues":
            pass

    assert platform.pointer().keys() <= platform.objects()
    assert len(platform.ids("turbine", limit=50)) == 7


def test_a_write_that_s3_finishes_late_keeps_its_files(platform: Platform) -> None:
    for number in range(10, 17):
        platform.put(contract_event(number, "turbine"))
    commits = platform.indexer.commits
    impatient = replace(commits, pointers=replace(commits.pointers, conflict_seconds=1))
    platform.indexer = replace(platform.indexer, commits=impatient)

    with stored_late(platform.indexer):
        assert platform.index(platform.store(contract_event(1, "turbine"))) == []

    assert platform.pointer().keys() <= platform.objects()
    assert platform.ids("turbine", limit=50) == sorted(["c-1", *ALL[2:]])
