"""How a source signs its requests: the presets of known senders, and the general form."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ingestion.catalog.signed_text import BODY, ID, TIMESTAMP, check_signed_text

PresetName = Literal["standard", "svix", "github", "stripe", "shopify", "slack"]

# What HTTP, proxies and API Gateway set or read themselves, and headers of CloudEvents.
_USED_HEADERS = frozenset(
    {
        *("accept", "accept-encoding", "authorization", "connection", "content-encoding"),
        *("content-length", "content-md5", "content-type", "cookie", "date", "expect", "forwarded"),
        *("host", "keep-alive", "max-forwards", "server", "set-cookie", "te", "trailer"),
        *("transfer-encoding", "upgrade", "user-agent", "via", "warn", "www-authenticate"),
        "x-api-key",
    }
)
_USED_PREFIXES = ("ce-", "cloudfront-", "proxy-", "x-amz-", "x-amzn-", "x-forwarded-")


def _free_header(name: str) -> str:
    low = name.lower()
    if low in _USED_HEADERS or low.startswith(_USED_PREFIXES):
        raise ValueError(f"{name} has a use of its own: must be a header that only the sender sets")
    return name


# RFC 9110, 5.6.2. A name is compared in lower case.
HeaderName = Annotated[
    str,
    Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$"),
    AfterValidator(_free_header),
]


class Signature(BaseModel):
    """The general form: an HMAC in a header. `signed` says what is signed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    header: HeaderName = Field(description="The header that holds the signature.")
    prefix: Annotated[str, Field(pattern=r"^([!-~][ -~]{0,99})?$")] = Field(
        "", description="The text before the signature, such as `sha256=`."
    )
    algorithm: Literal["sha256", "sha512"] = Field("sha256", description="The hash of the HMAC.")
    encoding: Literal["hex", "base64"] = Field("hex", description="How the signature is written.")
    separator: Annotated[str, Field(pattern=r"^[,; ]$")] | None = Field(
        None, description="Stands between the signatures of a header that may hold several."
    )
    signed: str = Field(
        "{id}.{timestamp}.{body}",
        description="The signed text, with {body} and, if they are signed, {id} and {timestamp}.",
    )
    id_header: HeaderName | None = Field(
        None, description="The header of {id}, which is the same when a message is sent again."
    )
    timestamp_header: HeaderName | None = Field(
        None, description="The header of {timestamp}: the time of sending in Unix seconds."
    )
    tolerance_seconds: Annotated[int, Field(ge=1, le=3600)] = Field(
        300, description="How far {timestamp} may be from the time of receipt."
    )

    @model_validator(mode="after")
    def _headers_fit_the_signed_text(self) -> Self:
        check_signed_text(self.signed)
        for name, key, header in (
            (ID, "id_header", self.id_header),
            (TIMESTAMP, "timestamp_header", self.timestamp_header),
        ):
            if name in self.signed and header is None:
                raise ValueError(f"{key} must name the header of {name}, because signed holds it")
            if name not in self.signed and header is not None:
                raise ValueError(
                    f"{key} needs {name} in signed: otherwise nothing signs the header"
                )
        return self

    @model_validator(mode="after")
    def _prefix_holds_no_separator(self) -> Self:
        if self.separator and self.separator in self.prefix:
            raise ValueError(
                f'prefix must not hold the separator "{self.separator}": otherwise the header is'
                " split inside of the prefix"
            )
        return self

    @model_validator(mode="after")
    def _headers_differ(self) -> Self:
        named = (self.header, self.id_header, self.timestamp_header)
        names = [name.lower() for name in named if name]
        # A preset may find the timestamp beside the signatures.
        if type(self) is Signature and len(set(names)) < len(names):
            raise ValueError("header, id_header and timestamp_header must be different headers")
        return self

    @property
    def signs_timestamp(self) -> bool:
        """Return whether a request cannot be sent again later without the secret."""
        return TIMESTAMP in self.signed


class Scheme(Signature):
    """A general form, and what some presets need beside it.

    `timestamp_prefix` finds the timestamp among the signatures. With `has_base64_secrets` a secret
    is `whsec_` and its bytes in base64.
    """

    timestamp_prefix: str | None = None
    has_base64_secrets: bool = False


def _standard(names: str) -> Scheme:
    """Return the scheme of Standard Webhooks, whose three headers begin with `names`.

    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    """
    return Scheme(
        header=f"{names}-signature",
        prefix="v1,",
        encoding="base64",
        id_header=f"{names}-id",
        timestamp_header=f"{names}-timestamp",
        separator=" ",
        has_base64_secrets=True,
    )


PRESETS: dict[PresetName, Scheme] = {
    "standard": _standard("webhook"),
    "svix": _standard("svix"),
    # https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    "github": Scheme(header="X-Hub-Signature-256", prefix="sha256=", signed=BODY),
    # https://docs.stripe.com/webhooks#verify-manually
    "stripe": Scheme(
        header="Stripe-Signature",
        prefix="v1=",
        signed="{timestamp}.{body}",
        timestamp_header="Stripe-Signature",
        separator=",",
        timestamp_prefix="t=",
    ),
    # https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
    "shopify": Scheme(header="X-Shopify-Hmac-Sha256", encoding="base64", signed=BODY),
    # https://docs.slack.dev/authentication/verifying-requests-from-slack
    "slack": Scheme(
        header="X-Slack-Signature",
        prefix="v0=",
        signed="v0:{timestamp}:{body}",
        timestamp_header="X-Slack-Request-Timestamp",
    ),
}


def scheme_of(signature: "PresetName | Signature") -> Scheme:
    """Return the scheme of a preset or of a general form."""
    if isinstance(signature, Signature):
        return Scheme(**signature.model_dump())
    return PRESETS[signature]
