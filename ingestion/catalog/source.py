"""One entry of `config/sources.yaml`: the path and the credential of a source, and its rules."""

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FieldSerializationInfo,
    field_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

import entities
from entities.base import Entity
from ingestion.catalog.files import Files
from ingestion.catalog.webhook import WebhookSender
from ingestion.mapping.rules import OneOrMore, Rule

DOCUMENT = "DOCUMENT"  # The entity of `entities/document.py`.
UrlPath = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
# Exact, as https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html writes them.
Principal = Annotated[
    str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9_+=,.@/-]{1,576}$")
]


def _alarm_minutes(minutes: int) -> int:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html:
    # one alarm covers a day in periods of any length, seven days in periods of an hour or more.
    if minutes > 24 * 60 and minutes % 60:
        raise ValueError("must be a multiple of 60 if it is over 1440 (one day)")
    return minutes


Minutes = Annotated[int, Field(ge=15, le=7 * 24 * 60), AfterValidator(_alarm_minutes)]


class FormBody(BaseModel):
    """How the form that a source posts is read. `json` names the field that holds the payload."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, serialize_by_alias=True)

    json_field: Annotated[str, Field(alias="json", min_length=1)] = Field(
        description="The field of the form that holds the payload as JSON."
    )


class Source(WebhookSender):
    """One entry of `config/sources.yaml`. `rate_per_second` and `burst` count requests.

    An alarm starts if no event arrives for `expect_every_minutes` (default: no alarm). `principals`
    are the AWS roles and users who may post if `auth` is iam. The rules of `map` turn payloads into
    events, except payloads for which an expression of `ignore` is true.
    """

    path: UrlPath = Field(description="The source posts to POST /<path>.")
    auth: Literal["api_key", "hmac", "iam", "basic", "bearer"] = Field(
        description="How the source proves its identity: an API key, a signature by a shared"
        " secret, AWS credentials, a password or a token."
    )
    principals: list[Principal] = Field(
        [], description="With `auth: iam`: the exact ARNs of the roles and users that may sign."
    )
    rate_per_second: Annotated[int, Field(ge=1, le=10_000)] = Field(
        50, description="Requests per second."
    )
    burst: Annotated[int, Field(ge=1, le=5_000)] = Field(100, description="Requests at once.")
    expect_every_minutes: Minutes | None = Field(
        None, description="An alarm starts if no event arrives for this time (default: no alarm)."
    )
    files: Files = Field(Files(), description="How the source's uploaded files are read.")
    map: list[Rule] = Field(
        [], description="Rules that turn payloads of any kind into events. See docs/mapping.md."
    )
    ignore: OneOrMore | None = Field(
        None,
        description="An expression, or a list of them, that names payloads which make no event.",
    )
    form: FormBody | None = Field(None, description="How a posted form is read.")

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
    def _signature_fits(self) -> Self:
        """Check that a request without a signed time has rules: they then read its body's time."""
        if self.auth != "hmac":
            if self.signature is not None:
                raise ValueError("signature needs auth: hmac: change auth, or remove signature")
        elif not self.scheme.signs_timestamp and not self.map:
            raise ValueError(
                "signature signs no timestamp: add rules of map that give each event the time in"
                " the body, so that a request that someone sends again changes nothing"
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

    @model_validator(mode="after")
    def _documents_have_no_rows(self) -> Self:
        """Check that nothing says how rows are read if the files are documents."""
        if not self.files.are_documents:
            return self
        if self.file_model.entity_name != DOCUMENT:
            raise ValueError(
                f"files.format: document makes entities {DOCUMENT} only: set files.entity or"
                f" entities to {DOCUMENT}, or remove files.format"
            )
        if self.map:
            raise ValueError(
                "map cannot stand beside files.format: document: declare another source for"
                " payloads, or remove files.format"
            )
        for key in self.files.keys_of_rows:
            raise ValueError(
                f"files.{key} is for rows, and files.format is document: remove one of them"
            )
        return self

    @model_validator(mode="after")
    def _rules_are_complete(self) -> Self:
        if self.map and self.files.mapping_keys:
            key = f"files.{self.files.mapping_keys[0]}"
            raise ValueError(f"{key} cannot stand beside map: write rules of map instead of {key}")
        for key in ("ignore", "form", "handshake"):
            if getattr(self, key) is not None and not self.map:
                raise ValueError(f"{key} needs map: add the rules of the source, or remove {key}")
        if self.has_quarantine and not self.map:
            raise ValueError(
                "on_invalid: quarantine needs map: add the rules of the source, or refuse"
            )
        return self

    @field_serializer("map")
    def _as_written(self, rules: list[Rule], info: FieldSerializationInfo) -> list[dict[str, Any]]:
        """Leave out defaults: each form has twenty."""
        mode: Any = info.mode
        return [rule.model_dump(mode=mode, exclude_unset=True) for rule in rules]

    @property
    def ignored(self) -> list[str]:
        """Return the expressions that name payloads which make no event."""
        return [self.ignore] if isinstance(self.ignore, str) else self.ignore or []

    @cached_property
    def file_model(self) -> type[Entity]:
        """Return the entity that the rows of files hold."""
        return entities.models()[self.files.entity or self.entities[0]]


def _unknown_name(what: str, found: str, known: Iterable[str]) -> PydanticCustomError:
    """Return the error of a name that does not exist. It knows which names do."""
    return PydanticCustomError("unknown_name", what, {"found": found, "known": ", ".join(known)})
