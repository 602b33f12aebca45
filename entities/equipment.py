"""A piece of equipment, which may be part of another."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from entities.base import Entity
from entities.fields import EntityId, references


class Equipment(Entity):
    """A site, a line, a machine or a part of one, supplied under a contract."""

    entity_name: ClassVar[str] = "EQUIPMENT"

    equipment_id: EntityId
    parent_equipment_id: Annotated[
        EntityId | None,
        references("EQUIPMENT"),
        Field(description="Not the equipment's own id."),
    ] = None
    contract_id: Annotated[EntityId | None, references("CONTRACT")] = None
    current_milestone_id: Annotated[EntityId | None, references("MILESTONE")] = None
    cat_id: str | None = None

    @model_validator(mode="after")
    def _is_not_its_own_parent(self) -> Self:
        if self.parent_equipment_id == self.equipment_id:
            raise ValueError("parent_equipment_id must not be the equipment's own id")
        return self
