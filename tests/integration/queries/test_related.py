"""The entities related to an entity, found by the index of each field that refers to one."""

from itertools import chain

import pytest

from tests.integration.cloud import Cloud
from tests.integration.queries.related import PART, relations, store_equipment
from tests.support.factories import contract, delete_event, event, milestone


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
