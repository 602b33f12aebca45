"""The entities related to an entity, found by the index of each field that refers to one."""

from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.integration.test_query import walk
from tests.support.added_entities import added
from tests.support.factories import (
    Canned,
    Json,
    canned,
    contract,
    delete_event,
    equipment,
    event,
    intercept,
    milestone,
)

Relation = tuple[str, str, str, str, bool]

PART: Json = {
    "parent_equipment_id": "e-1",
    "contract_id": "c-1",
    "current_milestone_id": "m-1",
}


def store_equipment(cloud: Cloud, entity_id: str, **fields: Any) -> None:
    made = event(
        equipment(entity_id, **fields), id=entity_id, source="sourceA", entity_name="EQUIPMENT"
    )
    cloud.store(made)


@pytest.fixture
def site(cloud: Cloud) -> Cloud:
    """Store a contract with a milestone, and equipment in three levels."""
    cloud.store(
        event(contract("c-1")),
        event(milestone("m-1"), source="sourceC", entity_name="MILESTONE"),
    )
    store_equipment(cloud, "e-1", contract_id="c-1")
    store_equipment(cloud, "e-2", **PART)
    store_equipment(cloud, "e-3", parent_equipment_id="e-2")
    return cloud


def relations(cloud: Cloud, path: str, **query: Any) -> list[list[Relation]]:
    """Return direction, field, entity name, id and existence of each relation, by page."""
    return [
        [
            (
                item["direction"],
                item["field"],
                item["entity_name"],
                item["id"],
                item["entity"] is not None,
            )
            for item in page["items"]
        ]
        for page in walk(cloud, f"{path}/related", **query)
    ]


def test_the_milestones_and_equipment_of_a_contract_are_related(site: Cloud) -> None:
    [found] = relations(site, "CONTRACT/c-1")

    assert found == [
        ("referred_by", "contract_id", "EQUIPMENT", "e-1", True),
        ("referred_by", "contract_id", "EQUIPMENT", "e-2", True),
        ("referred_by", "contract_id", "MILESTONE", "m-1", True),
    ]


def test_the_contract_milestone_parent_and_children_of_equipment_are_related(site: Cloud) -> None:
    [found] = relations(site, "EQUIPMENT/e-2")

    assert found == [
        ("refers_to", "contract_id", "CONTRACT", "c-1", True),
        ("refers_to", "current_milestone_id", "MILESTONE", "m-1", True),
        ("refers_to", "parent_equipment_id", "EQUIPMENT", "e-1", True),
        ("referred_by", "parent_equipment_id", "EQUIPMENT", "e-3", True),
    ]


def test_a_relation_holds_the_whole_other_entity(site: Cloud) -> None:
    items = site.read("EQUIPMENT/e-3/related").document["items"]

    whole = site.read("EQUIPMENT/e-2").document
    assert items == [{"field": "parent_equipment_id", "direction": "refers_to", **whole}]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_relations_come_in_pages(site: Cloud, limit: int) -> None:
    for path in ("EQUIPMENT/e-2", "CONTRACT/c-1"):
        [whole] = relations(site, path)

        pages = relations(site, path, limit=limit)

        assert list(chain(*pages)) == whole
        assert all(len(page) == limit for page in pages[:-1])


def test_a_reference_to_a_missing_entity_has_no_entity(cloud: Cloud) -> None:
    store_equipment(cloud, "e-2", **PART)
    cloud.store(event(contract("c-1")), delete_event("c-1", time="2026-01-31T12:05:00Z"))

    items = cloud.read("EQUIPMENT/e-2/related").document["items"]

    assert items[0] == {
        "field": "contract_id",
        "direction": "refers_to",
        "entity_name": "CONTRACT",
        "id": "c-1",
        "entity": None,
        "event": None,
    }
    assert [item["entity"] for item in items] == [None, None, None]


def test_the_same_id_of_another_entity_is_not_related(cloud: Cloud) -> None:
    cloud.store(
        event(contract("x")),
        event(milestone("x", contract_id="x"), source="sourceC", entity_name="MILESTONE"),
    )
    store_equipment(cloud, "x", current_milestone_id="x")

    assert relations(cloud, "CONTRACT/x") == [
        [("referred_by", "contract_id", "MILESTONE", "x", True)]
    ]
    assert relations(cloud, "EQUIPMENT/x") == [
        [("refers_to", "current_milestone_id", "MILESTONE", "x", True)]
    ]


def test_an_entity_that_no_longer_refers_is_not_related(site: Cloud) -> None:
    again = event(
        equipment("e-2"), id="9", time="2026-01-31T12:05:00Z", source="sourceA"
    ).model_copy(update={"type": "equipment.upsert", "subject": "e-2"})
    site.store(again)

    assert relations(site, "EQUIPMENT/e-1") == [
        [("refers_to", "contract_id", "CONTRACT", "c-1", True)]
    ]


def test_stale_index_entries_are_left_out(site: Cloud) -> None:
    stale = canned(
        {"Items": [{"ID": {"S": f"EQUIPMENT#{entity_id}"}} for entity_id in ("e-1", "e-3", "e-9")]}
    )
    responses = iter([stale, canned({"Items": []})])
    intercept(site.query_runtime.reader.dynamodb, "Query", lambda _: next(responses))

    [found] = relations(site, "CONTRACT/c-1")

    assert [relation[3] for relation in found] == ["e-1"]


def test_relations_of_more_than_one_batch_are_all_found(cloud: Cloud) -> None:
    cloud.store(event(contract("c-1")))
    names = [f"e-{number:03}" for number in range(130)]
    for name in names:
        store_equipment(cloud, name, contract_id="c-1")

    [found] = relations(cloud, "CONTRACT/c-1", limit=1000)

    assert [relation[3] for relation in found] == names


def test_unprocessed_keys_are_read_again(site: Cloud) -> None:
    calls: list[Json] = []

    def leave(parameters: Json) -> Canned | None:
        calls.append(parameters)
        if len(calls) > 1:
            return None
        return canned({"Responses": {}, "UnprocessedKeys": parameters["RequestItems"]})

    intercept(site.query_runtime.reader.dynamodb, "BatchGetItem", leave)

    [found] = relations(site, "EQUIPMENT/e-3")

    assert found == [("refers_to", "parent_equipment_id", "EQUIPMENT", "e-2", True)]
    assert len(calls) == 2


def test_keys_that_are_never_processed_get_503(
    site: Cloud,
) -> None:
    quick = replace(site.query_runtime.reader, batch_seconds=0.2)
    site.query_runtime = replace(site.query_runtime, reader=quick)

    def leave(parameters: Json) -> Canned:
        return canned({"Responses": {}, "UnprocessedKeys": parameters["RequestItems"]})

    intercept(site.query_runtime.reader.dynamodb, "BatchGetItem", leave)

    response = site.read("EQUIPMENT/e-3/related")

    assert response.status == 503
    assert response.headers["Retry-After"] == "5"


def test_no_read_scans_the_table(site: Cloud) -> None:
    intercept(site.query_runtime.reader.dynamodb, "Scan", lambda _: pytest.fail("a scan"))

    for path in ("CONTRACT", "CONTRACT/c-1", "CONTRACT/c-1/related", "EQUIPMENT/e-2/related"):
        assert site.read(path).status == 200


def test_pages_are_complete_whatever_the_entity_names(cloud: Cloud, tmp_path: Path) -> None:
    """Test an order that differs by case: `_` is between capital letters and small letters."""
    for name in ("purchase_order", "purchaser"):
        fields = f'{name}_id: EntityId\n    contract_id: EntityId = references("CONTRACT")'
        (tmp_path / f"{name}.py").write_text(
            MODEL.format(name=name.title(), upper=name.upper(), fields=fields)
        )
    cloud.store(event(contract("c-1")))
    for name in ("PURCHASE_ORDER", "PURCHASER"):
        for n in range(5):
            put_by_hand(cloud, name, f"p-{n}", contract_id={"S": "c-1"})

    with added(tmp_path):
        [whole] = relations(cloud, "CONTRACT/c-1")
        pages = [relations(cloud, "CONTRACT/c-1", limit=limit) for limit in (1, 3, 4, 7)]

    assert [list(chain(*found)) for found in pages] == [whole] * 4
    assert len(whole) == 10


MODEL = """
from typing import ClassVar
from entities.base import Entity
from entities.fields import EntityId, references

class {name}(Entity):
    entity_name: ClassVar[str] = "{upper}"
    {fields}
"""


def put_by_hand(cloud: Cloud, name: str, entity_id: str, **fields: Any) -> None:
    item = {"ID": {"S": f"{name}#{entity_id}"}, "ENTITY_NAME": {"S": name}, **fields}
    cloud.dynamodb.put_item(TableName=cloud.table_name, Item=item)


def test_an_item_written_by_hand_is_returned_without_an_event(cloud: Cloud) -> None:
    cloud.store(event(contract("c-1")))
    put_by_hand(cloud, "MILESTONE", "m-hand", contract_id={"S": "c-1"}, photo={"B": b"x"})

    responses = [
        cloud.read(path) for path in ("MILESTONE/m-hand", "MILESTONE", "CONTRACT/c-1/related")
    ]

    assert [response.status for response in responses] == [200, 200, 200]
    assert responses[0].document["event"] is None
