"""What the rules of a source make of one payload."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ingestion.errors import FieldError, IngestionError, RejectedRecord
from ingestion.event import Operation

if TYPE_CHECKING:
    from ingestion.mapping.items.compiled_rule import SelectedItem
    from ingestion.mapping.items.outside import PathsByEntity

# Reasons of rejections.
UNMAPPABLE_ITEM = "unmappable_item"  # An expression fails, or gives what its key cannot use.
AMBIGUOUS_ITEM = "ambiguous_item"  # Another item of the payload makes a different event of it.

# In place of a rule's number: `ignore` fails, or the payload cannot be read. The item is 0.
WHOLE_PAYLOAD = 0


def rule_name(number: int, entity_name: str | None) -> str:
    """Return how messages name a rule: `rule 2 (MILESTONE)`."""
    if number == WHOLE_PAYLOAD:
        return "the payload"
    return f"rule {number} ({entity_name})" if entity_name else f"rule {number}"


class Origin(NamedTuple):
    """What expressions read beside the payload. `received_at` is UTC text of fixed width.

    `row_id` is the id of a file's row, if the payload is one. Its events get this id by default.
    `outside` is `CompiledRules.outside` of the rules of an earlier receipt: with them, changed
    rules make the same ids.
    """

    received_at: str
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    row_id: str | None = None
    outside: "PathsByEntity | None" = None


class MappedEvent(NamedTuple):
    """An event that a rule made of an item. The values of `data` are not validated yet.

    `rule` counts from 1, as error messages do. `item` is the item's position among the items of
    the rule, from 0. `time` has the fixed width; None stands for the time of receipt. `data` holds
    the complete entity with its id, or only the id for a delete.
    """

    rule: int
    item: int
    entity_name: str
    entity_id: str
    operation: Operation
    time: str | None
    event_id: str
    data: dict[str, Any]


class Provenance(NamedTuple):
    """The expressions that gave an event its id, its time and its fields.

    A constant is `const` or `default`. A time or an event id that the platform gives is None.
    """

    id: str
    time: str | None
    event_id: str | None
    fields: dict[str, str]


class FailedItem(NamedTuple):
    """An item that a rule could make no event of, and the reason.

    The rejection's fields are keys of the rule, such as `id`. They do not name the rule.
    """

    rule: int
    item: int
    entity_name: str
    rejection: RejectedRecord


def located(made: MappedEvent | FailedItem, rejection: RejectedRecord) -> RejectedRecord:
    """Return the rejection of an item with the rule before each field."""
    if made.rule == WHOLE_PAYLOAD:
        return rejection
    place = rule_name(made.rule, made.entity_name)
    return RejectedRecord(rejection.reason, *(at_place(place, e) for e in rejection.errors))


def at_place(place: str, error: FieldError) -> FieldError:
    """Return the error with a place before its field: `rule 2 (MILESTONE), end_date`."""
    return FieldError(f"{place}, {error.field}" if error.field else place, error.message)


@dataclass(frozen=True)
class MappedPayload:
    """The events and the failed items of a payload, in the order of the rules and their items.

    A payload that is not ignored and has neither is unmatched. `selected` holds the items that the
    results were made of.
    """

    results: list[MappedEvent | FailedItem] = field(default_factory=list)
    is_ignored: bool = False
    selected: "Sequence[SelectedItem | FailedItem]" = field(default=(), compare=False, repr=False)


class TooManyItems(IngestionError):
    """A payload has more items than the request may hold. `count` is the number of its items."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} items")
        self.count = count


class MappingOutOfTime(IngestionError):
    """The caller's `must_stop` returned True between two items."""
