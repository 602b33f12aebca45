"""The rules of a source as `config/sources.yaml` writes them. docs/mapping.md explains each key."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Tag,
    model_validator,
)

from entities.values import to_text
from ingestion.mapping.alternatives import DECIMAL, FLAG, FORM, LIST, TEXT, WHOLE, must_be

MAX_EXPRESSION_CHARACTERS = 1_000


ExpressionText = Annotated[str, Field(min_length=1, max_length=MAX_EXPRESSION_CHARACTERS)]
# The build writes rules as JSON, where a decimal stays a number. `check` refuses longer ones.
_DecimalConstant = Annotated[Decimal, PlainSerializer(float, when_used="json")]
Constant = Annotated[
    Annotated[str, Tag(TEXT)]
    | Annotated[bool, Tag(FLAG)]
    | Annotated[int, Tag(WHOLE)]
    | Annotated[_DecimalConstant, Tag(DECIMAL)],
    must_be("a text, a number, true or false"),
]
# A format's name or a pattern of strptime, or a list of these: the first that fits counts.
TimeFormats = Annotated[
    Annotated[str, Tag(TEXT)] | Annotated[list[str], Field(min_length=1), Tag(LIST)],
    must_be("a format or a list of formats"),
]
Parts = Annotated[list[ExpressionText], Field(min_length=1)]
OneOrMore = Annotated[
    Annotated[ExpressionText, Tag(TEXT)] | Annotated[Parts, Tag(LIST)],
    must_be("an expression or a list of expressions"),
]
# Keys of YAML are texts, numbers or true and false. Values of payloads are compared as text.
TextKey = Annotated[
    str,
    BeforeValidator(
        lambda key: key if isinstance(key, str) else to_text(key),
        json_schema_input_type=str | int | Decimal | bool,
    ),
]

SOURCES_OF_VALUE = ("value", "const", "first", "join", "id")


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, serialize_by_alias=True)


class NumberFormat(_Rules):
    """How a text writes a number. `scale: 2` divides by 100."""

    decimal: Annotated[str, Field(min_length=1, max_length=1)] = Field(
        ".", description="The character before the fraction, such as a comma."
    )
    thousands: Annotated[str, Field(min_length=1, max_length=1)] | None = Field(
        None, description="A character between groups of digits, which is dropped."
    )
    scale: Annotated[int, Field(ge=0, le=38)] = Field(
        0, description="Divides by a power of ten: 2 makes euros of cents."
    )
    trailing_minus: bool = Field(
        False, description="Whether a minus may stand at the end, as in `50-`."
    )


class Form(_Rules):
    """Where a value comes from, and how it changes. The changes apply in the order of the keys.

    Exactly one of `value`, `const`, `first`, `join` and `id` gives the value.
    """

    value: ExpressionText | None = Field(None, description="An expression of JMESPath.")
    const: Constant | None = Field(None, description="Always this text, number or boolean.")
    first: Parts | None = Field(
        None, description="The first of these expressions that is not null."
    )
    join: Parts | None = Field(
        None, description="The texts of these expressions, without nulls, joined by `with`."
    )
    with_: Annotated[str, Field(alias="with")] = Field(
        " ", description="The text between the parts of `join`."
    )
    id: OneOrMore | None = Field(
        None,
        description="The id of another entity, made as the `id` of its rule: an expression or a "
        "list of parts.",
    )
    empty: list[TextKey] = Field([], description="Values that count as null, compared as text.")
    translate: dict[TextKey, Constant | None] = Field(
        {},
        description="A value in place of another, compared as text. A value without an entry "
        "becomes `default`, or refuses the item.",
    )
    number: Annotated[
        Annotated[bool, Tag(FLAG)] | Annotated[NumberFormat, Tag(FORM)],
        must_be("true, or a form with decimal, thousands, scale and trailing_minus"),
    ] = Field(
        False, description="Makes an exact number of a text: true, or how the text is written."
    )
    date: TimeFormats | None = Field(
        None,
        description="Makes a day: `iso`, a format of times or a pattern of strptime, or a list of "
        "these.",
    )
    time: TimeFormats | None = Field(
        None,
        description="Makes a time in UTC: a format of times or a pattern of strptime, or a list of "
        "these.",
    )
    zone: str | None = Field(
        None,
        description="The time zone of times without an offset, and of the day, such as "
        "Europe/Berlin.",
    )
    output: str | None = Field(
        None, description="Writes the time as text by this pattern of strftime."
    )
    split: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="Cuts a text at this text, and strips the parts."
    )
    take: int | None = Field(
        None, description="The part that `split` keeps: 0 is the first, -1 the last."
    )
    text: bool = Field(False, description="Makes the exact text of a number or a boolean.")
    default: Constant | None = Field(None, description="A constant in place of null.")
    optional: bool = Field(False, description="Whether the value may be null in every sample.")

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        given = [name for name in SOURCES_OF_VALUE if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"must have exactly one of {', '.join(SOURCES_OF_VALUE)}: it has"
                f" {', '.join(given) or 'none'}"
            )
        return self


class EventTimeForm(_Rules):
    """The event's time: an expression, the formats of its value, and the zone of a local time."""

    value: ExpressionText = Field(description="An expression of JMESPath.")
    format: TimeFormats = Field(
        "rfc3339",
        description="rfc3339, iso, epoch_s, epoch_ms, epoch_us, epoch_ns, date, or a pattern of "
        "strptime, or a list of these.",
    )
    zone: str | None = Field(
        None, description="The time zone of formats without an offset, such as Europe/Berlin."
    )


class Rule(_Rules):
    """Makes events of one entity: one event for each item of a payload for which `when` is true."""

    entity: str = Field(description="The entity of the events: one of the source's `entities`.")
    each: OneOrMore | None = Field(
        None,
        description="A step or a list of steps to the items. Each of them makes an event "
        "(default: the payload is the item).",
    )
    when: ExpressionText | None = Field(
        None, description="Only items for which this expression is true make an event."
    )
    id: OneOrMore = Field(
        description="The entity's id: an expression, or a list of parts that are joined by `/`."
    )
    time: (
        Annotated[
            Annotated[ExpressionText, Tag(TEXT)] | Annotated[EventTimeForm, Tag(FORM)],
            must_be("an expression, or a form with value, format and zone"),
        ]
        | None
    ) = Field(
        None,
        description="When the event happened: an expression of an RFC 3339 time, or a form "
        "(default: the time of receipt).",
    )
    event_id: OneOrMore | None = Field(
        None,
        description="The id of the delivery: an expression or a list of parts (default: a hash of "
        "source, payload, entity and id).",
    )
    operation: Annotated[
        Annotated[Literal["upsert", "delete"], Tag(TEXT)] | Annotated[Form, Tag(FORM)],
        must_be("upsert, delete, or a form that gives one of them"),
    ] = Field("upsert", description="upsert, delete, or a form that gives one of them.")
    fields: dict[
        str,
        Annotated[
            Annotated[ExpressionText, Tag(TEXT)] | Annotated[Form, Tag(FORM)],
            must_be("an expression, or a form with one of value, const, first, join and id"),
        ],
    ] = Field(
        {},
        description="The entity's fields, each with an expression or a form. Null leaves a field "
        "out.",
    )
    optional: bool = Field(False, description="Whether the rule may make no event in every sample.")

    @property
    def steps(self) -> list[str]:
        """Return the expressions of `each`."""
        return _as_list(self.each)

    @property
    def id_parts(self) -> list[str]:
        """Return the expressions of `id`."""
        return _as_list(self.id)

    @property
    def time_form(self) -> EventTimeForm | None:
        """Return the form of `time`, also of a time that is an expression."""
        return EventTimeForm(value=self.time) if isinstance(self.time, str) else self.time


def _as_list(texts: str | list[str] | None) -> list[str]:
    return [texts] if isinstance(texts, str) else texts or []
