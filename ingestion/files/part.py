"""A part of a dropped file: some of its rows, as events or with the reason why they are none."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json

from ingestion.event import Event
from ingestion.files.parse import Rejected
from ingestion.files.report import Example

MAX_EXAMPLES = 10
MAX_ROW_CHARACTERS = 2_000  # What is kept of a rejected row.


@dataclass(frozen=True)
class Limits:
    """The most rows and bytes of events that a part holds."""

    part_rows: int = 5_000
    part_bytes: int = 8 * 1024 * 1024


LIMITS = Limits()


@dataclass
class Part:
    """Rows that are read, and not yet written."""

    events: list[bytes] = field(default_factory=list)
    event_bytes: int = 0
    rejected: list[bytes] = field(default_factory=list)
    rejections: Counter[str] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows it has, good and bad."""
        return len(self.events) + len(self.rejected)

    def is_full(self, limits: Limits) -> bool:
        """Return whether the part ends here."""
        return self.rows == limits.part_rows or self.event_bytes >= limits.part_bytes

    def take(self, result: Event | Rejected) -> None:
        """Add what became of a row."""
        if isinstance(result, Event):
            self.events.append(result.json_bytes)
            self.event_bytes += len(result.json_bytes)
            return
        line, rejection, row = result
        document = {"line": line, "errors": rejection.describe(), "row": _shown(row)}
        self.rejected.append(to_json(document, inf_nan_mode="null"))
        self.rejections[rejection.reason] += 1
        if len(self.examples) < MAX_EXAMPLES:
            self.examples.append(
                Example(line=line, reason=rejection.reason, message=rejection.detail)
            )


def _shown(row: Any) -> Any:
    """A rejected row, or the beginning of a long one."""
    text = row if isinstance(row, str) else to_json(row).decode()
    return row if len(text) <= MAX_ROW_CHARACTERS else f"{text[:MAX_ROW_CHARACTERS]}…"
