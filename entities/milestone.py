"""A milestone of a contract."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from entities.base import Entity
from entities.fields import CalendarDate, EntityId, references


class Milestone(Entity):
    """A stage of a contract, with the days on which it starts and ends."""

    entity_name: ClassVar[str] = "MILESTONE"

    milestone_id: EntityId
    contract_id: Annotated[EntityId, references("CONTRACT")]
    description: str | None = None
    start_date: CalendarDate | None = None
    end_date: Annotated[CalendarDate | None, Field(description="Not before start_date.")] = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.start_date and self.end_date and self.end_date < self.start_date:
            raise ValueError("end_date must not be before start_date")
        return self
