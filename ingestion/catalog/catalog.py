"""Every source by its name: names and paths that are free, and who may send what."""

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

import entities
from entities.base import id_field
from ingestion.catalog.sender import Sender
from ingestion.catalog.source import Source
from ingestion.errors import FieldError, RejectedRecord
from ingestion.event import Event

if TYPE_CHECKING:
    from ingestion.mapping.compiled import CompiledRules

SourceName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,23}$")]
OPERATOR = "operator"  # The platform's own source: people who correct what sources sent.
READER = "reader"  # The caller of the read API.
DOCUMENTS = "documents"  # The shipped source of documents. Its name is for such a source only.
# Names and paths that the platform itself uses.
RESERVED_NAMES = frozenset(
    {OPERATOR, READER, "files", "changes", "search", "search-undelivered", "unrouted"}
)
_RESERVED_ENDINGS = ("-dlq", "-subscriber")
RESERVED_PATHS = frozenset({"entities", "docs", "search"})


class Catalog(BaseModel):
    """Every source by its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: Annotated[dict[SourceName, Source], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_are_free(self) -> Self:
        """Compare the names without case, because IAM ignores the case of role names."""
        uses = Counter(name.lower() for name in self.sources)
        for name in self.sources:
            low = name.lower()
            if low in RESERVED_NAMES or low.endswith(_RESERVED_ENDINGS) or uses[low] > 1:
                raise ValueError(
                    f"source name {name!r} cannot be used: names must differ by more than case, not"
                    " end in '-dlq' or '-subscriber' and not be one of"
                    f" {', '.join(sorted(RESERVED_NAMES))}"
                )
        return self

    @model_validator(mode="after")
    def _one_source_per_path(self) -> Self:
        for path, count in Counter(source.path for source in self.sources.values()).items():
            names = ", ".join(name for name, s in self.sources.items() if s.path == path)
            if path in RESERVED_PATHS:
                raise ValueError(f"path {path!r} of {names} is reserved: choose another path")
            if count > 1:
                text = f"path {path!r} is used by {names}: choose another for all but one"
                raise ValueError(text)
        return self

    @model_validator(mode="after")
    def _one_default_source(self) -> Self:
        found = [name for name, source in self.sources.items() if source.files.default]
        if len(found) > 1:
            raise ValueError(
                f"files.default is true for {', '.join(found)}: keep it for one source only"
            )
        return self

    @model_validator(mode="after")
    def _documents_are_documents(self) -> Self:
        source = self.sources.get(DOCUMENTS)
        if source and not source.files.are_documents:
            raise ValueError(
                f"source {DOCUMENTS!r} is for documents: set its files.format to document, or"
                " choose another name"
            )
        return self

    @cached_property
    def document_sources(self) -> frozenset[str]:
        """Return the sources whose files are documents."""
        return frozenset(n for n, source in self.sources.items() if source.files.are_documents)

    @cached_property
    def default_source(self) -> str | None:
        """Return the source of files directly in `uploads/`, or None if they belong to none."""
        sources = self.sources.items()
        return next((name for name, source in sources if source.files.default), None)

    def entity_of(self, event: Event) -> Any:
        """Return the entity in a queued event, or the key in a delete. Raises RejectedRecord."""
        sender = self.senders.get(event.source)
        if sender is None:
            known = ", ".join(self.senders)
            raise RejectedRecord("unknown_source", FieldError("source", f"must be one of {known}"))
        sender.check_time(event.time, event.receivedat)  # A dead letter may wait for days.
        entity = sender.validate_entity(
            event.entity_name, event.data, delete=event.is_delete, within="data"
        )
        if event.data[id_field(event.entity_name)] != event.subject:
            raise RejectedRecord("invalid_event", FieldError("subject", "must be the entity's id"))
        return entity

    @cached_property
    def senders(self) -> dict[str, Sender]:
        """Return every source, and the operator, who may send all entities."""
        return {**self.sources, OPERATOR: Sender(entities=list(entities.models()))}

    def has_one_entity(self, source: str) -> bool:
        """Return whether the source or the operator may send one entity only."""
        return source in self.senders and len(self.senders[source].entities) == 1

    @cached_property
    def name_by_path(self) -> dict[str, str]:
        """Return the source of each path."""
        return {source.path: name for name, source in self.sources.items()}

    def rules_of(self, name: str) -> "CompiledRules | None":
        """Return the compiled rules of a source, or None if it has none or is the operator.

        Compiles them at the first call. Two threads may compile the same rules, which is harmless.
        """
        source = self.sources.get(name)
        if source is None or not source.map:
            return None
        if name not in self._compiled:
            from ingestion.mapping.compiled import compile_rules  # Functions start without it.

            self._compiled[name] = compile_rules(name, source.map, source.ignored)
        return self._compiled[name]

    @cached_property
    def _compiled(self) -> "dict[str, CompiledRules]":
        return {}
