"""The rules of a source as `config/sources.yaml` writes them. docs/mapping.md explains each key."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

from entities.values import to_text

MAX_EXPRESSION_CHARACTERS = 1_000

ExpressionText = Annotated[str, Field(min_length=1, max_length=MAX_EXPRESSION_CHARACTERS)]

# The build writes rules as JSON, where a decimal stays a number. `check` refuses longer ones.
Constant = str | bool | int | Annotated[Decimal, PlainSerializer(float, when_used="json")]
# A format's name or a pattern of strptime, or a list of these: the first that fits counts.
TimeFormats = str | Annotated[list[str], Field(min_length=1)]
Parts = Annotated[list[ExpressionText], Field(min_length=1)]
# Keys of YAML are texts, numbers or true and false. Values of payloads are compared as text.
TextKey = Annotated[str, BeforeValidator(lambda key: key if isinstance(key, str) else to_text(key))]

_SOURCES_OF_VALUE = ("value", "const", "first", "join", "id")


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, serialize_by_alias=True)


class NumberFormat(_Rules):
    """How a text writes a number. `scale: 2` divides by 100."""

    decimal: Annotated[str, Field(min_length=1, max_length=1)] = "."
    thousands: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    scale: Annotated[int, Field(ge=0, le=38)] = 0
    trailing_minus: bool = False


class Form(_Rules):
    """Where a value comes from, and how it changes. The changes apply in the order of the keys.

    Exactly one of `value`, `const`, `first`, `join` and `id` gives the value. `value` is an
    expression. `first` takes the first expression that is not null. `join` joins the values that
    are not null by `with`. `id` makes a reference in the same way as a rule's `id`.
    """

    value: ExpressionText | None = None
    const: Constant | None = None
    first: Parts | None = None
    join: Parts | None = None
    with_: Annotated[str, Field(alias="with")] = " "
    id: ExpressionText | Parts | None = None
    empty: list[TextKey] = []
    translate: dict[TextKey, Constant | None] = {}
    number: bool | NumberFormat = False
    date: TimeFormats | None = None
    time: TimeFormats | None = None
    zone: str | None = None
    output: str | None = None
    split: Annotated[str, Field(min_length=1)] | None = None
    take: int | None = None
    text: bool = False
    default: Constant | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        given = [name for name in _SOURCES_OF_VALUE if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"must have exactly one of {', '.join(_SOURCES_OF_VALUE)}: it has"
                f" {', '.join(given) or 'none'}"
            )
        return self


class EventTimeForm(_Rules):
    """The event's time: an expression, the formats of its value, and the zone of a local time."""

    value: ExpressionText
    format: TimeFormats = "rfc3339"
    zone: str | None = None


class Rule(_Rules):
    """Makes events of one entity: one event for each item of a payload for which `when` is true."""

    entity: str
    each: ExpressionText | Parts | None = None
    when: ExpressionText | None = None
    id: ExpressionText | Parts
    time: ExpressionText | EventTimeForm | None = None
    event_id: ExpressionText | Parts | None = None
    operation: Literal["upsert", "delete"] | Form = "upsert"
    fields: dict[str, ExpressionText | Form] = {}
    optional: bool = False

    @property
    def steps(self) -> list[str]:
        """Return the expressions of `each`."""
        return _as_list(self.each)


def _as_list(texts: str | list[str] | None) -> list[str]:
    return [texts] if isinstance(texts, str) else texts or []
