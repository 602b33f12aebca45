"""The catalog of sources: who may send which entity, and where."""

from collections import Counter
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import to_json

import entities
from ingestion.errors import FieldError, RejectedRecord
from ingestion.event import Event

# infra/modules/catalog holds a plan to the same rules.
SourceName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,23}$")]
UrlPath = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]

_TAKEN_NAMES = ("unrouted", "changes")  # Queues of the platform's own.
_TAKEN_ENDINGS = ("-dlq", "-subscriber")


def _known_entity(name: str) -> str:
    if name not in entities.models():
        raise ValueError(f"unknown entity {name!r}: must be one of {', '.join(entities.models())}")
    return name


class Source(BaseModel):
    """One entry of `config/sources.yaml`; `rate_per_second` and `burst` count requests."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    path: UrlPath
    entities: Annotated[list[Annotated[str, AfterValidator(_known_entity)]], Field(min_length=1)]
    auth: Literal["api_key"]
    rate_per_second: Annotated[int, Field(ge=1, le=10_000)] = 50
    burst: Annotated[int, Field(ge=1, le=5_000)] = 100

    def admit(self, entity_name: str, data: dict[str, Any], *, delete: bool, within: str) -> Any:
        """The entity in `data` (of a delete, its key) if the source may send it and it is sound.

        Every door asks this: the API of what was posted, `entity_of` of what a queue holds.
        `within` names the place of `data` in the faults. Raises RejectedRecord.
        """
        if entity_name not in self.entities:
            allowed = ", ".join(self.entities)
            raise RejectedRecord(
                "unknown_entity", FieldError("entity_name", f"must be one of {allowed}")
            )
        model = entities.models()[entity_name]
        try:
            return (model.key_model() if delete else model).model_validate_json(to_json(data))
        except ValidationError as error:
            raise RejectedRecord.from_validation("invalid_entity", error, within) from error


def _no_source_missing(sources: Any) -> Any:
    if not sources:
        raise ValueError("must hold at least one source")
    return sources


MAX_SOURCES = 40  # Their keys' digests fill the 4 KB of Lambda's environment.


class Catalog(BaseModel):
    """Every source by its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: Annotated[
        dict[SourceName, Source],
        BeforeValidator(_no_source_missing),
        Field(max_length=MAX_SOURCES),
    ]

    @model_validator(mode="after")
    def _names_are_free(self) -> Self:
        """Queues of the platform's own have such names, and roles' names ignore case."""
        uses = Counter(name.lower() for name in self.sources)
        for name in self.sources:
            low = name.lower()
            if low in _TAKEN_NAMES or low.endswith(_TAKEN_ENDINGS) or uses[low] > 1:
                raise ValueError(
                    f"source name {name!r} is taken: names must differ by more than case,"
                    " not be 'unrouted' or 'changes', and not end in '-dlq' or '-subscriber'"
                )
        return self

    @model_validator(mode="after")
    def _one_source_a_path(self) -> Self:
        uses = Counter(source.path for source in self.sources.values())
        for path, count in uses.items():
            if count > 1:
                names = ", ".join(name for name, s in self.sources.items() if s.path == path)
                raise ValueError(f"path {path!r} is used by more than one source: {names}")
        return self

    def entity_of(self, event: Event) -> Any:
        """The entity (of a delete, its key) in a queued event. Raises RejectedRecord."""
        source = self.sources.get(event.source)
        if source is None:
            known = ", ".join(self.sources)
            raise RejectedRecord("unknown_source", FieldError("source", f"must be one of {known}"))
        entity = source.admit(event.entity_name, event.data, delete=event.is_delete, within="data")
        if event.data[event.id_field] != event.subject:
            raise RejectedRecord("invalid_event", FieldError("subject", "must be the entity's id"))
        return entity

    @cached_property
    def name_by_path(self) -> dict[str, str]:
        """The source that owns each path."""
        return {source.path: name for name, source in self.sources.items()}
