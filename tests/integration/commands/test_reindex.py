"""`ingest entities reindex` adds the rows of older versions to the index by time."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ingestion.cli import output
from ingestion.store.reader import TableReader
from ingestion.store.reindex import reindex
from ingestion.store.time_index_keys import REINDEXED, SHARD, STORED_AT
from tests.integration.cloud import Cloud
from tests.integration.commands.output import document
from tests.integration.conftest import Ingest, See
from tests.integration.queries.stored_by_time import at, changed, index_all, make_old, store_at
from tests.integration.used_grants import RecordingSession
from tests.support.canned import aws_error, intercept
from tests.support.factories import Json
from tests.support.terminal.screen import Screen

NAMES = [f"c-{number}" for number in range(6)]


@pytest.fixture
def old(cloud: Cloud) -> Cloud:
    """Store rows as an older version has, in the opposite order of their ids."""
    for second, name in enumerate(reversed(NAMES)):
        store_at(cloud, second, name)
    make_old(cloud, *NAMES)
    return cloud


def reader(cloud: Cloud) -> TableReader:
    return TableReader(cloud.dynamodb, cloud.table_name)


def put_by_hand(cloud: Cloud, key: str, **attributes: Any) -> None:
    name = {"ENTITY_NAME": {"S": "CONTRACT"}}
    item = {"ID": {"S": key}, **name, **attributes}
    cloud.dynamodb.put_item(TableName=cloud.table_name, Item=item)


def test_rows_of_an_older_version_are_read_by_time_after_the_command(
    old: Cloud, run: Ingest
) -> None:
    before = changed(old, 1)

    result = run("entities", "reindex", "-o", "json")

    assert document(result) == {"passes": 2, "entities": 6, "missing": 6}
    assert "now use the index by time" in result.stderr
    assert before == NAMES[:-1]
    assert changed(old, 1) == NAMES[-2::-1]


def test_the_command_changes_only_its_two_attributes(old: Cloud, run: Ingest) -> None:
    rows = old.rows()

    assert run("entities", "reindex").exit_code == 0

    after = old.rows()
    assert after.pop(REINDEXED).keys() == {"ID", "_reindexed_at"}
    for key, row in after.items():
        assert row.pop(SHARD).startswith("CONTRACT#")
        assert row.pop(STORED_AT) == row["_event"]["stored_at"]
        assert row == rows[key]


def test_a_second_run_finds_nothing_to_write(old: Cloud, run: Ingest) -> None:
    run("entities", "reindex")

    again = run("entities", "reindex", "-o", "json")
    table = run("entities", "reindex").stdout

    assert document(again) == {"passes": 1, "entities": 6, "missing": 0}
    assert "missing" in table
    assert changed(old, 0) == NAMES[::-1]


def test_the_progress_in_a_terminal_leaves_only_the_result(
    old: Cloud, see: See, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert old
    # Other tests may have imported the module without a terminal.
    monkeypatch.setattr(output.console, "is_interactive", True)

    shown = see("entities", "reindex")
    screen = Screen(80)
    screen.stream.feed(shown.text.replace("\n", "\r\n").encode())

    assert "6 entities read in pass 2, 6 were missing in the index" in shown.text
    header, _, counts, message = screen.lines
    assert (header.split(), counts.split()) == (["passes", "entities", "missing"], ["2", "6", "6"])
    assert message == "local: reads with changed_since now use the index by time."


def test_an_empty_table_needs_one_pass(cloud: Cloud, run: Ingest) -> None:
    result = run("entities", "reindex", "-o", "json")

    assert document(result) == {"passes": 1, "entities": 0, "missing": 0}
    assert REINDEXED in cloud.rows()


def test_an_interrupted_run_leaves_reads_as_they_were_and_can_be_repeated(
    old: Cloud, run: Ingest, session: RecordingSession
) -> None:
    refused = aws_error("ProvisionedThroughputExceededException")
    calls: list[Any] = []

    def fail_after_three(**_: Any) -> Any:
        calls.append(None)
        return refused if len(calls) > 3 else None

    with session.hooked("before-call.dynamodb.UpdateItem", fail_after_three):
        stopped = run("entities", "reindex")
    between = changed(old, 1)
    result = run("entities", "reindex", "-o", "json")

    assert stopped.exit_code == 1
    assert "ProvisionedThroughputExceeded" in str(stopped.exception)
    assert between == NAMES[:-1]
    assert document(result) == {"passes": 2, "entities": 6, "missing": 3}
    assert changed(old, 1) == NAMES[-2::-1]


def test_a_row_that_an_older_worker_stores_meanwhile_is_found_by_another_pass(old: Cloud) -> None:
    pages = reindex(reader(old))
    first = next(pages)
    store_at(old, 20, "c-0")
    make_old(old, "c-0")

    later = list(pages)

    assert (first.pass_number, first.missing) == (1, 6)
    assert [(page.pass_number, page.missing) for page in later] == [(2, 1), (3, 0)]
    assert changed(old, 5) == ["c-0"]


@pytest.mark.parametrize("deleted", [False, True])
def test_a_newer_event_that_is_stored_meanwhile_keeps_its_own_attributes(
    old: Cloud, deleted: bool
) -> None:
    done: list[Json] = []

    def store_newer(call: Json) -> None:
        if call["Key"] == {"ID": {"S": "CONTRACT#c-0"}} and not done:
            done.append(call)
            store_at(old, 20, "c-0", deleted=deleted)

    intercept(old.dynamodb, "UpdateItem", store_newer)

    index_all(old)

    row = old.rows()["CONTRACT#c-0"]
    assert done
    assert row.get(STORED_AT) == (None if deleted else at(20))
    assert changed(old, 5) == ([] if deleted else ["c-0"])


def test_wrong_attributes_are_corrected(old: Cloud) -> None:
    for key, attributes in (
        ("CONTRACT#c-0", {SHARD: "CONTRACT#9", STORED_AT: at(5)}),
        ("CONTRACT#c-1", {SHARD: old.rows()["CONTRACT#c-1"].get(SHARD, "x"), STORED_AT: at(99)}),
    ):
        item: Any = old.dynamodb.get_item(TableName=old.table_name, Key={"ID": {"S": key}})["Item"]
        wrong = {name: {"S": value} for name, value in attributes.items()}
        old.dynamodb.put_item(TableName=old.table_name, Item=item | wrong)

    index_all(old)

    assert changed(old, 0) == NAMES[::-1]


def test_tombstones_and_rows_without_a_valid_event_stay_out(old: Cloud) -> None:
    store_at(old, 20, "c-5", deleted=True)
    valid = {"stored_at": {"S": at(30)}}
    put_by_hand(old, "CONTRACT#h-1")
    put_by_hand(old, "CONTRACT#h-2", _event={"S": "by hand"})
    put_by_hand(old, "CONTRACT#h-3", _event={"M": {"stored_at": {"N": "7"}}})
    put_by_hand(old, "CONTRACT#h-4", _event={"M": {"stored_at": {"S": ""}}})
    put_by_hand(old, "CONTRACT#h-5", _event={"M": {"stored_at": {"S": "2026-02-01"}}})
    put_by_hand(old, "CONTRACT#h-6", _event={"M": {"stored_at": {"S": "2026-01-31T12:00:09Z"}}})
    put_by_hand(old, "MILESTONE#h-7", _event={"M": valid})
    put_by_hand(old, "CONTRACT#h-8", _event={"M": valid})

    [first, *_] = list(reindex(reader(old)))

    indexed = {key for key, row in old.rows().items() if SHARD in row}
    assert indexed == {*(f"CONTRACT#{name}" for name in NAMES[:-1]), "CONTRACT#h-8"}
    assert first.missing == first.entities == 6
    assert changed(old, 0) == [*NAMES[-2::-1], "h-8"]


def test_every_page_of_the_table_is_indexed(cloud: Cloud) -> None:
    for number in range(7):
        put_by_hand(
            cloud,
            f"CONTRACT#c-{number}",
            _event={"M": {"stored_at": {"S": at(number)}}},
            contract_name={"S": "x" * 300_000},
        )

    pages = list(reindex(reader(cloud)))

    assert [page.pass_number for page in pages].count(1) > 1
    assert sum(page.missing for page in pages) == 7
    assert changed(cloud, 0) == [f"c-{number}" for number in range(7)]


def test_an_unreachable_table_ends_the_command_without_the_item_reindexed(cloud: Cloud) -> None:
    intercept(cloud.dynamodb, "Scan", lambda _: aws_error("ResourceNotFoundException"))

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        list(reindex(reader(cloud)))

    assert "Item" not in cloud.dynamodb.get_item(
        TableName=cloud.table_name, Key={"ID": {"S": REINDEXED}}
    )


def test_an_unknown_environment_is_named(run: Ingest) -> None:
    result = run("entities", "reindex", "--env", "nowhere")

    assert result.exit_code == 1
    assert "'nowhere' has no outputs.json" in str(result.exception)
