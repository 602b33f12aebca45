"""The catalog of sources: who may send which entity, and where."""

from codecs import lookup
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from io import BytesIO, TextIOWrapper
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

import entities
from entities.base import Entity, id_field
from ingestion.errors import FieldError, RejectedRecord, validate_as
from ingestion.event import Event
from ingestion.times import TimeBound

SourceName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,23}$")]
UrlPath = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


def _known_entity(name: str) -> str:
    if name not in entities.models():
        raise ValueError(f"unknown entity {name!r}: must be one of {', '.join(entities.models())}")
    return name


# Codecs that produce lone surrogates, which JSON cannot hold, and codecs that are not for text.
_NO_TEXT = ("utf-7", "unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined")


def _text_encoding(name: str) -> str:
    try:
        TextIOWrapper(BytesIO(), encoding=name)
    except LookupError as error:
        raise ValueError(
            f"unknown encoding {name!r}: use an encoding that Python knows, such as utf-8"
        ) from error
    if lookup(name).name in _NO_TEXT:
        raise ValueError(f"encoding {name!r} cannot decode files: use utf-8, cp1252 or utf-16")
    return name


def _alarm_minutes(minutes: int) -> int:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html:
    # one alarm covers a day in periods of any length, seven days in periods of an hour or more.
    if minutes > 24 * 60 and minutes % 60:
        raise ValueError("must be a multiple of 60 if it is over 1440 (one day)")
    return minutes


Minutes = Annotated[int, Field(ge=15, le=7 * 24 * 60), AfterValidator(_alarm_minutes)]
Column = Annotated[str, Field(min_length=1)]


class Files(BaseModel):
    """How to read a source's files. Columns are the names in a header or in a JSON object.

    `columns` maps a column to a field. `ignore` names columns to skip. `key` names the columns that
    make the entity's id, joined by `/`, if no column holds the id. `time` names the column of the
    event's time. `entity` is the entity of the rows (default: the source's first).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    encoding: Annotated[str, AfterValidator(_text_encoding)] = "utf-8"
    delimiter: Annotated[str, Field(pattern=r'^[^"\r\n\x00]$')] = ","
    entity: str | None = None
    columns: dict[Column, Column] = {}
    ignore: list[Column] = []
    key: list[Column] = []
    time: Column | None = None

    @property
    def python_encoding(self) -> str:
        """Return the codec that skips a byte order mark."""
        return "utf-8-sig" if lookup(self.encoding).name == "utf-8" else self.encoding


class Sender(TimeBound):
    """A source or the operator: has a queue of its own, and may send these entities."""

    entities: Annotated[list[Annotated[str, AfterValidator(_known_entity)]], Field(min_length=1)]

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


# Exact, as https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html writes them.
Principal = Annotated[
    str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9_+=,.@/-]{1,576}$")
]


class Source(Sender):
    """One entry of `config/sources.yaml`. `rate_per_second` and `burst` count requests.

    An alarm starts if no event arrives for `expect_every_minutes` (default: no alarm). `principals`
    are the AWS roles and users who may post if `auth` is iam.
    """

    path: UrlPath
    auth: Literal["api_key", "hmac", "iam"]
    principals: list[Principal] = Field(default=[])
    rate_per_second: Annotated[int, Field(ge=1, le=10_000)] = 50
    burst: Annotated[int, Field(ge=1, le=5_000)] = 100
    expect_every_minutes: Minutes | None = None
    files: Files = Files()

    @model_validator(mode="after")
    def _principals_fit_auth(self) -> Self:
        """Check that IAM has principals. Without them AWS would accept every signer."""
        if (self.auth == "iam") != bool(self.principals):
            raise ValueError(
                "principals must list at least one role or user if auth is iam, and must be empty"
                " otherwise"
            )
        return self

    @model_validator(mode="after")
    def _files_fit_the_entity(self) -> Self:
        if self.files.entity not in (None, *self.entities):
            what = "files.entity must be one of {known}"
            raise _unknown_name(what, str(self.files.entity), self.entities)
        fields = self.file_model.model_fields
        if unknown := sorted(set(self.files.columns.values()) - set(fields)):
            what = (
                f"files.columns: {self.file_model.entity_name} has no field {{found}}: use one of"
            )
            raise _unknown_name(f"{what} {{known}}", unknown[0], fields)
        return self

    @cached_property
    def file_model(self) -> type[Entity]:
        """Return the entity that the rows of files hold."""
        return entities.models()[self.files.entity or self.entities[0]]


OPERATOR = "operator"  # The platform's own source: people who correct what sources sent.
READER = "reader"  # The caller of the read API.
# Names and paths that the platform itself uses.
RESERVED_NAMES = frozenset({OPERATOR, READER, "files", "changes", "unrouted"})
_RESERVED_ENDINGS = ("-dlq", "-subscriber")
RESERVED_PATHS = frozenset({"entities", "docs"})


def _unknown_name(what: str, found: str, known: Iterable[str]) -> PydanticCustomError:
    """Return the error of a name that does not exist. It knows which names do."""
    return PydanticCustomError("unknown_name", what, {"found": found, "known": ", ".join(known)})


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
