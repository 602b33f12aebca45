"""An entity with an id and a number, for the tests of fields and of the base."""

from typing import ClassVar

from entities.base import Entity
from entities.fields import EntityId, Number


class Part(Entity):
    entity_name: ClassVar[str] = "PART"

    part_id: EntityId
    amount: Number | None = None
