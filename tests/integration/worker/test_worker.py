"""The outcome of valid events: the newest is stored, in any order and however often."""

import time
from collections.abc import Callable
from itertools import count, permutations
from threading import Barrier

import pytest

from ingestion import settings
from tests.integration.cloud import Cloud
from tests.support.canned import intercept
from tests.support.factories import (
    Json,
    catalog_document,
    contract,
    delete_event,
    equipment,
    event,
    milestone,
)

EARLY, NOON, LATE = (f"2026-01-31T{time}:00.000000Z" for time in ("08:00", "12:00", "12:05"))

Counts = Callable[[], dict[str, int]]


def test_an_upsert_is_stored_with_its_provenance(cloud: Cloud, counts: Counts) -> None:
    failures = cloud.work(event(id="7", time=EARLY, receivedat=NOON))

    [row] = cloud.rows().values()
    stored_at = row["_event"].pop("stored_at")
    assert failures == []
    assert row == contract() | {
        "ID": "CONTRACT#c-1",
        "ENTITY_NAME": "CONTRACT",
        "_shard": "CONTRACT#0",
        "_stored_at": stored_at,
        "_event": {"id": "7", "source": "sourceB", "time": EARLY, "received_at": NOON},
    }
    assert len(stored_at) == len(NOON)
    assert counts() == {"EventStored": 1}


def test_a_second_delivery_is_a_duplicate(cloud: Cloud, counts: Counts) -> None:
    cloud.work(event())
    rows = cloud.rows()

    failures = cloud.work(event())

    assert failures == []
    assert cloud.rows() == rows
    assert counts() == {"EventStored": 1, "EventDuplicated": 1}


def test_a_second_delivery_in_one_batch_is_a_duplicate(cloud: Cloud, counts: Counts) -> None:
    failures = cloud.work(event(), event())

    assert failures == []
    assert len(cloud.rows()) == 1
    assert counts() == {"EventStored": 1, "EventDuplicated": 1}


def test_a_late_older_event_is_superseded(cloud: Cloud, counts: Counts) -> None:
    cloud.work(event(contract(contract_name="new"), id="1", time=LATE))

    failures = cloud.work(event(contract(contract_name="old"), id="2", time=EARLY))

    assert failures == []
    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == "new"
    assert counts() == {"EventStored": 1, "EventSuperseded": 1}


def test_a_newer_event_replaces_the_whole_row(cloud: Cloud) -> None:
    cloud.serve("sourceA")
    sent = {"source": "sourceA", "entity_name": "EQUIPMENT"}
    cloud.work(event(equipment(cat_id="pump"), **sent, id="1", time=EARLY))

    cloud.work(event(equipment(contract_id="c-1"), **sent, id="2", time=LATE))

    row = cloud.rows()["EQUIPMENT#e-1"]
    assert row["contract_id"] == "c-1"
    assert "cat_id" not in row


@pytest.mark.parametrize("order", [("7", "8"), ("8", "7")], ids=str)
def test_with_equal_times_the_larger_id_wins(cloud: Cloud, order: tuple[str, str]) -> None:
    cloud.work(*(event(contract(contract_name=f"by {name}"), id=name) for name in order))

    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == "by 8"


@pytest.mark.parametrize("order", [("sourceA", "sourceB"), ("sourceB", "sourceA")], ids=str)
def test_with_equal_times_and_ids_the_larger_source_wins(
    cloud: Cloud, counts: Counts, order: tuple[str, str]
) -> None:
    document = catalog_document()
    document["sources"]["sourceA"]["entities"] = ["CONTRACT"]
    cloud.write_catalog(document)

    for source in order:
        cloud.serve(source)
        cloud.work(event(contract(contract_name=f"by {source}"), source=source))

    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == "by sourceB"
    assert "EventDuplicated" not in counts()


def test_a_delete_leaves_a_tombstone_that_expires(cloud: Cloud) -> None:
    cloud.work(event(id="1", time=EARLY))
    began_at = int(time.time())

    cloud.work(delete_event(id="2", time=LATE))

    row = cloud.rows()["CONTRACT#c-1"]
    assert set(row) == {"ID", "_event", "_expires_at"}
    assert (row["_event"]["id"], row["_event"]["time"]) == ("2", LATE)
    kept_seconds = cloud.worker_runtime.settings.tombstone_days * 24 * 3600
    assert began_at + kept_seconds <= row["_expires_at"] <= time.time() + kept_seconds
    assert cloud.listed("CONTRACT") == {}


def test_a_late_older_upsert_does_not_restore_a_deleted_entity(cloud: Cloud) -> None:
    cloud.work(delete_event(id="2", time=LATE))

    failures = cloud.work(event(id="1", time=EARLY))

    assert failures == []
    assert "ENTITY_NAME" not in cloud.rows()["CONTRACT#c-1"]


def test_an_entity_that_is_stored_after_its_deletion_is_no_tombstone(cloud: Cloud) -> None:
    cloud.work(delete_event(id="1", time=EARLY))

    cloud.work(event(id="2", time=LATE))

    row = cloud.rows()["CONTRACT#c-1"]
    assert "_expires_at" not in row
    assert cloud.listed("CONTRACT") == {"CONTRACT#c-1": row}


def test_null_fields_are_not_stored(cloud: Cloud) -> None:
    cloud.serve("sourceA")
    body = equipment(parent_equipment_id=None, contract_id=None, cat_id=None)

    cloud.work(event(body, source="sourceA", entity_name="EQUIPMENT"))

    own = {"ID", "ENTITY_NAME", "_event", "_shard", "_stored_at"}
    assert set(cloud.rows()["EQUIPMENT#e-1"]) == {*own, "equipment_id"}


def test_a_date_is_stored_without_a_time(cloud: Cloud) -> None:
    cloud.serve("sourceC")
    body = milestone(start_date="2026-01-31", end_date="2026-02-28")

    cloud.work(event(body, source="sourceC", entity_name="MILESTONE"))

    row = cloud.rows()["MILESTONE#m-1"]
    assert row["start_date"] == "2026-01-31"
    assert row["end_date"] == "2026-02-28"


def test_the_index_lists_every_row(cloud: Cloud) -> None:
    for source, entity_name, bodies in [
        ("sourceA", "EQUIPMENT", [equipment("e-1"), equipment("契約")]),
        ("sourceB", "CONTRACT", [contract("c-1"), contract("c-2"), contract("c-3")]),
        ("sourceC", "MILESTONE", [milestone("m-1")]),
    ]:
        cloud.serve(source)
        cloud.work(*(event(body, source=source, entity_name=entity_name) for body in bodies))

    listed = [cloud.listed(name) for name in ("EQUIPMENT", "CONTRACT", "MILESTONE")]
    assert [len(rows) for rows in listed] == [2, 3, 1]
    assert listed[0] | listed[1] | listed[2] == cloud.rows()


def test_message_groups_are_stored_concurrently(cloud: Cloud) -> None:
    together = Barrier(settings.POOL_SIZE)
    calls = count()

    def wait_for_the_others(_: Json) -> None:
        if next(calls) < settings.POOL_SIZE:
            together.wait(timeout=60)

    intercept(cloud.worker_runtime.store.dynamodb, "PutItem", wait_for_the_others)

    failures = cloud.work(*(event(contract(f"c-{n}")) for n in range(10)))

    assert failures == []
    assert len(cloud.rows()) == 10


def test_every_order_of_arrival_ends_in_the_same_table(cloud: Cloud) -> None:
    history = [
        event(contract(contract_name="first"), id="1", time=EARLY),
        delete_event(id="2", time=NOON),
        event(contract(contract_name="last"), id="3", time=LATE),
        event(contract("c-2"), id="1", time=EARLY),
        delete_event("c-2", id="2", time=NOON),
    ]

    tables = []
    for order in permutations(history):
        cloud.empty_table()
        assert cloud.work(*order, *order[:2]) == []
        tables.append({key: outcome(row) for key, row in cloud.rows().items()})

    assert len(tables) == 120
    assert tables == [{"CONTRACT#c-1": ("3", "last"), "CONTRACT#c-2": ("2", None)}] * 120


def outcome(row: Json) -> tuple[str, str | None]:
    return row["_event"]["id"], row.get("contract_name")
