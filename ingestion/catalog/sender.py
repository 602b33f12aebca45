"""What a source and the operator have in common: the entities that they may send, and when."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

import entities
from ingestion.errors import FieldError, RejectedRecord, validate_as
from ingestion.syntax.times import TimeBound


def _known_entity(name: str) -> str:
    if name not in entities.models():
        raise ValueError(f"unknown entity {name!r}: must be one of {', '.join(entities.models())}")
    return name


class Sender(TimeBound):
    """A source or the operator: has a queue of its own, and may send these entities."""

    entities: Annotated[
        list[Annotated[str, AfterValidator(_known_entity)]], Field(min_length=1)
    ] = Field(description="The entities that the source may send, in capitals.")

    success: Literal[200, 202] = Field(
        202, description="The status of a request whose events are all accepted."
    )

    def validate_entity(
        self,
        entity_name: str,
        data: dict[str, Any],
        *,
        delete: bool,
        within: str,
        named_by: str = "entity_name",
    ) -> Any:
        """Return the entity in `data`, or the key in the data of a delete.

        Every event passes here: when it is posted, and when it is received from a queue. `within`
        is the field that holds `data`, `named_by` the field that holds the entity's name. Raises
        RejectedRecord if the sender may not send the entity, or if the entity is invalid.
        """
        if entity_name not in self.entities:
            fault = FieldError(named_by, f"must name one of {', '.join(self.entities)}")
            raise RejectedRecord("unknown_entity", fault)
        model = entities.models()[entity_name]
        return validate_as(model.key_model() if delete else model, data, "invalid_entity", within)
