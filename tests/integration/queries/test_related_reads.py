"""Related entities are complete and current, whatever the index and DynamoDB return."""

from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.integration.queries.related import relations, store_equipment
from tests.support.added_entities import added
from tests.support.canned import Canned, canned, intercept
from tests.support.factories import Json, contract, equipment, event


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
    """Test an order that differs by case: `_` is between upper case and lower case."""
    folder = tmp_path / "entities"
    folder.mkdir()
    for name in ("purchase_order", "purchaser"):
        fields = f'{name}_id: EntityId\n    contract_id: EntityId = references("CONTRACT")'
        (folder / f"{name}.py").write_text(
            MODEL.format(name=name.title(), upper=name.upper(), fields=fields)
        )
    cloud.store(event(contract("c-1")))
    for name in ("PURCHASE_ORDER", "PURCHASER"):
        for n in range(5):
            put_by_hand(cloud, name, f"p-{n}", contract_id={"S": "c-1"})

    with added(folder):
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
    fields = {"contract_id": {"S": "c-1"}, "photo": {"B": b"x"}, "_note": {"S": "x"}}
    put_by_hand(cloud, "MILESTONE", "m-hand", **fields)

    responses = [
        cloud.read(path) for path in ("MILESTONE/m-hand", "MILESTONE", "CONTRACT/c-1/related")
    ]

    assert [response.status for response in responses] == [200, 200, 200]
    assert responses[0].document["event"] is None
    assert set(responses[0].document["entity"]) == {"contract_id", "photo"}
