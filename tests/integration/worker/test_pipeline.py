"""Events on their whole path: through the API, the topic and a source's queue into the table."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar

import pytest

from entities.base import Entity
from entities.fields import EntityId, Number
from ingestion.store.table import Outcome
from tests.integration.cloud import Cloud
from tests.support.factories import (
    Json,
    contract,
    deletion,
    equipment,
    event,
    milestone,
    submission,
)


class Price(Entity):
    entity_name: ClassVar[str] = "PRICE"

    price_id: EntityId
    amount: Number


@pytest.mark.parametrize(
    ("source", "path", "entity_name", "body"),
    [
        ("sourceA", "a", "EQUIPMENT", equipment(parent_equipment_id="e-0", cat_id="pump")),
        ("sourceB", "b", "CONTRACT", contract("契約", contract_name="Größe 🚀")),
        ("sourceC", "c", "MILESTONE", milestone(end_date="2026-02-28")),
    ],
    ids=["sourceA", "sourceB", "sourceC"],
)
def test_posted_events_are_stored(
    cloud: Cloud, source: str, path: str, entity_name: str, body: Json
) -> None:
    cloud.post(submission(body, entity_name=entity_name, id="7"), path, source=source)
    cloud.serve(source)

    failures = cloud.work(*cloud.queued(source))

    [row] = cloud.listed(entity_name).values()
    assert failures == []
    assert row["_event"]["id"] == "7"
    assert row["_event"]["source"] == source
    assert body.items() <= row.items()


def test_events_without_a_time_are_applied_in_the_order_of_their_array(cloud: Cloud) -> None:
    names = [f"name {n}" for n in range(15)]
    cloud.post([submission(contract(contract_name=name)) for name in names])

    cloud.work(*reversed(cloud.queued()))

    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == "name 14"


def test_a_deleted_entity_is_removed_from_the_index(cloud: Cloud) -> None:
    cloud.post([submission(), submission(contract("c-2")), deletion()])

    cloud.work(*cloud.queued())

    assert set(cloud.listed("CONTRACT")) == {"CONTRACT#c-2"}
    assert set(cloud.rows()) == {"CONTRACT#c-1", "CONTRACT#c-2"}


def test_an_event_of_an_unknown_source_is_unrouted(cloud: Cloud) -> None:
    stray = event(source="sourceZ")

    left = cloud.api_runtime.router.publish([stray], time.monotonic() + 10).unpublished

    assert left == []
    assert cloud.unrouted() == [stray.json_bytes.decode()]
    assert cloud.routed() == 0


@pytest.mark.parametrize(
    "amount", ["12.5", "-0.1", "1.0000000000000000000000000001", "9" * 38, "0"], ids=str
)
def test_a_number_is_stored_with_every_digit(cloud: Cloud, amount: str) -> None:
    price = Price.model_validate({"price_id": "p-1", "amount": amount})
    sent = event({"price_id": "p-1", "amount": amount}, entity_name="PRICE")

    outcome = cloud.worker_runtime.store.put_entity(sent, price, datetime.now(UTC))

    assert outcome is Outcome.STORED
    assert cloud.rows()["PRICE#p-1"]["amount"] == Decimal(amount)
