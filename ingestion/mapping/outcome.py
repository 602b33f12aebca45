"""What the rules of a source make of one payload."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ingestion.errors import IngestionError, RejectedRecord
from ingestion.event import Operation

if TYPE_CHECKING:
    from ingestion.mapping.items.compiled_rule import SelectedItem

# Reasons of rejections.
UNMAPPABLE_ITEM = "unmappable_item"  # An expression fails, or gives what its key cannot use.
AMBIGUOUS_ITEM = "ambiguous_item"  # Another item of the payload makes a different event of it.


class Origin(NamedTuple):
    """What expressions read beside the payload. `received_at` is UTC text of fixed width.

    `row_id` is the id of a file's row, if the payload is one. Its events get this id by default.
    """

    received_at: str
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    row_id: str | None = None


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

    Rule 0 stands for the source's `ignore`, whose item is the payload.
    """

    rule: int
    item: int
    rejection: RejectedRecord


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
