"""The index survives crashes, competing writers and readers that load while files retire."""

import pytest
from botocore.exceptions import ClientError

from ingestion.errors import TransientFailure
from ingestion.handlers import indexer
from ingestion.search.pointer import POINTER_KEY
from ingestion.search.reading import IndexReader
from tests.integration.search.events import contract_event, deletion
from tests.integration.search.platform import INDEX, Platform, before, crashed
from tests.integration.search.writers.ages import make_older
from tests.support.factories import Json, lines
from tests.support.invocations import batch, context, record

STEPS = [
    ("GetObject", POINTER_KEY, False),
    ("PutObject", "meta.json", False),
    ("PutObject", ".store", True),
    ("PutObject", "meta.json", True),
    ("PutObject", POINTER_KEY, False),
    ("PutObject", POINTER_KEY, True),
]


@pytest.mark.parametrize(("operation", "key", "after"), STEPS)
def test_a_crash_at_any_step_harms_no_index(
    platform: Platform, operation: str, key: str, after: bool
) -> None:
    platform.put(*(contract_event(n, "turbine") for n in range(3)))
    changes = platform.store(
        deletion(0), contract_event(1, "pump", minute=1), contract_event(9, "turbine")
    )

    with crashed(platform.indexer, operation, key, after=after):
        platform.index(changes)

    assert platform.ids("turbine OR pump", limit=50) in (["c-1", "c-2"], ["c-1", "c-2", "c-9"])
    assert platform.index(changes, by=platform.new_indexer()) == []
    assert platform.ids("turbine") == ["c-2", "c-9"]
    assert platform.ids("pump") == ["c-1"]
    assert platform.pointer().entity_count == 3


def test_moto_refuses_a_swap_on_an_old_etag(platform: Platform) -> None:
    platform.put(contract_event(1, "turbine"))

    with pytest.raises(ClientError) as refused:
        platform.s3.put_object(Bucket=INDEX, Key=POINTER_KEY, Body=b"{}", IfMatch='"other"')

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412


@pytest.mark.parametrize("is_first", [True, False])
def test_the_loser_of_a_swap_starts_again(
    platform: Platform, is_first: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    if not is_first:
        platform.put(contract_event(0, "turbine"))
    other = platform.new_indexer()
    mine, theirs = (platform.store(contract_event(n, "turbine")) for n in (1, 2))
    capsys.readouterr()

    with before(
        platform.indexer, "PutObject", POINTER_KEY, lambda: platform.index(theirs, by=other)
    ):
        assert platform.index(mine) == []

    assert platform.ids("turbine") == ["c-0"] * (not is_first) + ["c-1", "c-2"]
    lost = [
        line["IndexSwapLost"] for line in lines(capsys.readouterr().out) if "IndexSwapLost" in line
    ]
    assert lost == [[1.0]]


def test_the_loser_deletes_what_it_had_uploaded(platform: Platform) -> None:
    other = platform.new_indexer()
    mine, theirs = (platform.store(contract_event(n, "turbine")) for n in (1, 2))

    with before(
        platform.indexer, "PutObject", POINTER_KEY, lambda: platform.index(theirs, by=other)
    ):
        platform.index(mine)

    pointer = platform.pointer()
    assert platform.objects() == pointer.keys() | {file.key for file in pointer.retired}


def test_a_commit_that_fails_leaves_its_copies_on_the_disk_until_the_next_one(
    platform: Platform,
) -> None:
    platform.put(contract_event(0, "turbine"))
    changes = platform.store(contract_event(1, "turbine"))
    local = platform.indexer.commits.local
    counts = []

    for _ in range(3):
        with crashed(platform.indexer, "PutObject", POINTER_KEY):
            platform.index(changes)
        counts.append(len([*local.directory.iterdir()]))

    assert counts[0] == counts[1] == counts[2]
    platform.index(changes)
    assert len([*local.directory.iterdir()]) == len(platform.pointer().files)


def test_an_older_state_that_arrives_later_changes_nothing(platform: Platform) -> None:
    first = platform.store(contract_event(1, "old"))
    second = platform.store(contract_event(1, "new", minute=1))
    platform.index(second)

    platform.index(first, by=platform.new_indexer())

    assert (platform.ids("new"), platform.ids("old")) == (["c-1"], [])


def test_a_writer_that_read_before_a_change_cannot_hide_the_change(platform: Platform) -> None:
    changes = platform.store(contract_event(1, "old"))
    other = platform.new_indexer()

    def change() -> None:
        platform.index(platform.store(contract_event(1, "new", minute=1)), by=other)

    with before(platform.indexer, "PutObject", POINTER_KEY, change):
        platform.index(changes)

    assert (platform.ids("new"), platform.ids("old")) == (["c-1"], [])


def test_no_time_for_another_try_returns_the_batch_to_the_queue(platform: Platform) -> None:
    other = platform.new_indexer()
    mine, theirs = (platform.store(contract_event(n, "turbine")) for n in (1, 2))

    with (
        before(
            platform.indexer, "PutObject", POINTER_KEY, lambda: platform.index(theirs, by=other)
        ),
        pytest.raises(TransientFailure, match="IndexSwapLost"),
    ):
        indexer.handle(batch(*map(record, mine)), context(0), platform.indexer)

    assert platform.ids("turbine") == ["c-2"]


def test_retired_files_stay_for_readers_and_are_deleted_later(platform: Platform) -> None:
    platform.put(contract_event(1, "turbine"))
    first = platform.pointer()

    platform.put(contract_event(1, "pump", minute=1))

    second = platform.pointer()
    retired = first.keys() - second.keys()
    assert retired
    assert retired <= platform.objects()
    assert {file.key for file in second.retired} == retired

    make_older(platform, minutes=11)
    platform.put(contract_event(2, "pump"))

    assert not retired & platform.objects()
    assert not retired & {file.key for file in platform.pointer().retired}


def test_a_reader_that_loads_while_files_are_deleted_loads_the_newer_index(
    platform: Platform,
) -> None:
    platform.put(contract_event(1, "turbine"))
    reader = IndexReader.build(platform.session.client("s3"), INDEX, 0)
    events = reader.local.s3.meta.events
    is_replaced = False

    def replace_index(params: Json, **_: object) -> None:
        nonlocal is_replaced
        if params["Key"].endswith("meta.json") and not is_replaced:
            is_replaced = True
            platform.put(contract_event(2, "turbine"))
            make_older(platform, minutes=11)
            platform.put(contract_event(3, "turbine"))

    events.register("provide-client-params.s3.HeadObject", replace_index)
    searcher = reader.searcher()

    assert is_replaced
    assert searcher is not None
    assert searcher.num_docs == 3
