"""An entity with personal fields. The platform's own entities have none."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.added_entities import added
from tests.support.factories import CANARY, Json

PERSON = """
from typing import Annotated, ClassVar, Self
from pydantic import AfterValidator, Field, model_validator
from entities.base import Entity
from entities.fields import EntityId, Number, personal


def _has_at_sign(value: str) -> str:
    if "@" not in value:
        raise ValueError(f"{value!r} is no address")
    return value


class Person(Entity):
    entity_name: ClassVar[str] = "PERSON"

    person_id: EntityId
    team: str | None = None
    name: Annotated[str | None, personal(), Field(max_length=40)] = None
    email: Annotated[str | None, AfterValidator(_has_at_sign), personal()] = None
    phones: list[Annotated[str, personal()]] = []
    salary: Number | None = personal()

    @model_validator(mode="after")
    def _is_no_robot(self) -> Self:
        if self.team == "robots":
            raise ValueError(f"{self.name} is no robot")
        return self
"""


@contextmanager
def known(folder: Path) -> Iterator[None]:
    """Make PERSON an entity within the block."""
    (folder / "person.py").write_text(PERSON)
    with added(folder):
        yield


def person(person_id: str = "p-1", **changes: Any) -> Json:
    """Return a valid person. Every personal field contains the canary."""
    return {
        "person_id": person_id,
        "team": "turbines",
        "name": f"Jo {CANARY}",
        "email": f"{CANARY}@example.com",
        "phones": [CANARY],
        "salary": None,
    } | changes
