"""What the senders of webhooks expect: their signature, and an answer to a handshake."""

from functools import cached_property
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, Tag

from ingestion.catalog.sender import Sender
from ingestion.catalog.signature import PresetName, Scheme, Signature, scheme_of
from ingestion.mapping.alternatives import FORM, TEXT, must_be
from ingestion.mapping.rules import ExpressionText


class Handshake(BaseModel):
    """A request that only asks whether the path is the receiver's. It makes no event."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    when: ExpressionText = Field(description="An expression that is true for a handshake.")
    answer: Annotated[dict[str, ExpressionText], Field(min_length=1)] = Field(
        description="The fields of the answer, and the expressions that give their values."
    )


class WebhookSender(Sender):
    """The keys of a source for senders that cannot adapt to this API."""

    signature: (
        Annotated[
            Annotated[PresetName, Tag(TEXT)] | Annotated[Signature, Tag(FORM)],
            must_be(f"one of {', '.join(get_args(PresetName))}, or a form with header and signed"),
        ]
        | None
    ) = Field(
        None,
        description="With `auth: hmac`: how requests are signed. The name of a preset (default:"
        " standard), or a general form.",
    )
    handshake: Handshake | None = Field(
        None, description="With `map`: a request that is answered at once and makes no event."
    )
    on_invalid: Literal["refuse", "quarantine"] = Field(
        "refuse",
        description="What happens to a payload that makes no valid event: `refuse` answers 422;"
        " with `map`, `quarantine` keeps the request and answers success.",
    )

    @property
    def has_quarantine(self) -> bool:
        """Return whether a request that makes no valid event is kept."""
        return self.on_invalid == "quarantine"

    @cached_property
    def scheme(self) -> Scheme:
        """Return how requests are signed if `auth` is hmac."""
        return scheme_of(self.signature or "standard")
