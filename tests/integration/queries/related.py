"""Related entities, and how a reader sees them."""

from typing import Any

from tests.integration.cloud import Cloud
from tests.integration.queries.reading import walk
from tests.support.factories import Json, equipment, event

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
