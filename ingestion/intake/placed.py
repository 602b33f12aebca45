"""What became of each item of a request, with its place in the request."""

from collections.abc import Iterable
from typing import NamedTuple

from ingestion.errors import RejectedRecord
from ingestion.event import Event


class Placed(NamedTuple):
    """The event of an item, the reason for its rejection, or None for an ignored payload.

    `place` has the numbers that name the item: `index`, and `rule` and `item` of a mapped payload.
    """

    place: dict[str, int]
    outcome: Event | RejectedRecord | None

    @property
    def is_rejected(self) -> bool:
        """Return whether the item makes no event because of a fault."""
        return isinstance(self.outcome, RejectedRecord)


def in_order(outcomes: Iterable[Event | RejectedRecord]) -> list[Placed]:
    """Return the outcomes of items that were posted as events."""
    return [Placed({"index": index}, outcome) for index, outcome in enumerate(outcomes)]
