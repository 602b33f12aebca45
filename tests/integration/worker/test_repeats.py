"""Only true repeats are ignored. Every other event with a known id has an outcome of its own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic_core import to_json

from entities.contract import Contract
from ingestion.store.table import Outcome
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.support.factories import (
    Json,
    catalog_document,
    contract,
    deletion,
    equipment,
    event,
    submission,
)

EARLY, LATER = "2026-01-31T11:00:00.000000Z", "2026-01-31T11:30:00.000000Z"
Counts = Callable[[], dict[str, int]]

FIRST = submission(id="1", time=EARLY)
OTHERS: dict[str, Json] = {
    "other entity": submission(contract("c-2"), id="1", time=EARLY),
    "other entity type": submission(equipment(), entity_name="EQUIPMENT", id="1", time=EARLY),
    "newer time": submission(id="1", time=LATER),
    "deletion": deletion(id="1", time=LATER),
    "other content": submission(contract(contract_name="other"), id="1", time=LATER),
}


@pytest.fixture(autouse=True)
def two_entities(cloud: Cloud) -> None:
    """Let sourceB send two entities."""
    document = catalog_document()
    document["sources"]["sourceB"]["entities"] = ["CONTRACT", "EQUIPMENT"]
    cloud.write_catalog(document)


def test_a_true_repeat_is_delivered_once(cloud: Cloud) -> None:
    responses = [cloud.post(FIRST).status for _ in range(3)]

    assert responses == [202] * 3
    assert cloud.routed() == 1


def test_a_repeat_without_a_time_is_delivered_once(cloud: Cloud) -> None:
    for _ in range(3):
        assert cloud.post([submission(id="1"), submission(contract("c-2"), id="2")]).status == 202

    assert cloud.routed() == 2


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("as_array", [False, True], ids=["two posts", "one array"])
def test_another_event_with_the_same_id_has_an_outcome_of_its_own(
    cloud: Cloud, counts: Counts, other: Json, as_array: bool
) -> None:
    responses = [cloud.post([FIRST, other])] if as_array else [cloud.post(FIRST), cloud.post(other)]
    assert {response.status for response in responses} == {202}
    counts()

    assert cloud.work(*cloud.queued()) == []

    assert counts() == {"EventStored": 2}


def test_four_posts_with_one_id_are_all_stored(cloud: Cloud) -> None:
    names = ("other entity", "other entity type", "newer time")
    for item in (FIRST, *map(OTHERS.__getitem__, names)):
        assert cloud.post(item).status == 202

    cloud.work(*cloud.queued())

    rows = cloud.rows()
    assert set(rows) == {"CONTRACT#c-1", "CONTRACT#c-2", "EQUIPMENT#e-1"}
    assert rows["CONTRACT#c-1"]["_event"]["time"] == LATER


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(submission(contract(contract_name="other"), id="1", time=EARLY), id="upsert"),
        pytest.param(deletion(id="1", time=EARLY), id="deletion"),
    ],
)
def test_the_same_id_and_time_with_other_data_is_dead_lettered(
    cloud: Cloud, counts: Counts, other: Json
) -> None:
    cloud.post([FIRST, other])
    counts()

    assert cloud.work(*cloud.queued()) == []

    assert counts() == {"EventStored": 1, "EventDeadLettered": 1}
    [(_, reason, detail)] = cloud.dead_letters()
    assert reason == "id_reused"
    assert detail == "id: is stored with the same time and other data: give each event its own id"
    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == contract()["contract_name"]


def test_data_that_is_stored_alike_is_a_duplicate(cloud: Cloud, counts: Counts) -> None:
    sent: Json = {"entity_name": "EQUIPMENT"}
    cloud.work(event(equipment(cat_id="7"), **sent))

    cloud.work(event({"cat_id": "7", "contract_id": None, "equipment_id": "e-1"}, **sent))

    assert counts() == {"EventStored": 1, "EventDuplicated": 1}


def test_an_older_event_with_the_id_of_the_stored_one_is_superseded(
    cloud: Cloud, counts: Counts
) -> None:
    cloud.work(event(time=LATER))

    cloud.work(event(contract(contract_name="other"), time=EARLY))

    assert counts() == {"EventStored": 1, "EventSuperseded": 1}


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_events_of_a_file_with_one_id_are_all_stored(
    cloud: Cloud, counts: Counts, form: str
) -> None:
    items = [FIRST, OTHERS["other entity"], OTHERS["other entity type"], OTHERS["newer time"]]
    joined: Any = to_json(items) if form == "json" else b"\n".join(map(to_json, items))
    cloud.extract(cloud.drop(f"x.{form}", joined))
    cloud.insert()
    counts()

    cloud.work(*cloud.queued())

    assert counts() == {"EventStored": 4}


def test_a_reused_id_stays_dead_until_it_is_edited(cloud: Cloud, ingest: Ingest) -> None:
    cloud.work(event(), event(contract(contract_name="other")))
    assert ingest("redrive").exit_code == 0
    cloud.work(*cloud.queued())
    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == contract()["contract_name"]

    edited = ingest("edit", "event-1", "--set", "data.contract_name=edited")
    ingest("redrive")
    cloud.work(*cloud.queued())

    assert edited.exit_code == 0, edited.output
    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == "edited"
    assert cloud.dead_letters() == []


class Weighed(Contract):
    unit: str = "kg"


class WeighedAnew(Contract):
    unit: str = "t"


@pytest.mark.parametrize("before", [Contract, WeighedAnew], ids=["new default", "other default"])
def test_a_default_that_is_newer_than_the_stored_event_makes_no_repeat_a_reused_id(
    cloud: Cloud, before: type[Contract]
) -> None:
    store, now = cloud.worker_runtime.store, datetime.now(UTC)
    store.put_entity(event(), before.model_validate(contract()), now)

    outcome = store.put_entity(
        event(), Weighed.model_validate(contract()), now + timedelta(hours=1)
    )

    assert outcome is Outcome.DUPLICATE


def test_data_without_a_field_of_the_stored_event_is_a_reused_id(
    cloud: Cloud, counts: Counts
) -> None:
    sent: Json = {"entity_name": "EQUIPMENT"}
    cloud.work(event(equipment(cat_id="7"), **sent))

    cloud.work(event({"equipment_id": "e-1"}, **sent))

    assert counts() == {"EventStored": 1, "EventDeadLettered": 1}
