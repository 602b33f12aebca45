"""Rows of pumps, as older models stored them."""

from typing import Any

from tests.integration.cloud import Cloud

PUMP = """
from typing import Annotated, ClassVar, Literal
from entities.base import Entity
from entities.fields import EntityId, Number, renamed_from


class Pump(Entity):
    entity_name: ClassVar[str] = "PUMP"

    pump_id: EntityId
    kind: Literal["big", "small"]
    width: Annotated[Number | None, renamed_from("size", "breadth")] = None
"""


def put(cloud: Cloud, name: str, entity_id: str, **fields: Any) -> None:
    """Store a row as an older model has written it."""
    item = {
        "ID": {"S": f"{name}#{entity_id}"},
        "ENTITY_NAME": {"S": name},
        f"{name.lower()}_id": {"S": entity_id},
        **fields,
    }
    cloud.dynamodb.put_item(TableName=cloud.table_name, Item=item)


BIG = {"kind": {"S": "big"}}
