"""What becomes of a row: events, a rejection, or nothing because a rule ignores the row."""

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from pydantic_core import from_json, to_json

from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.files.report import Example
from ingestion.files.rows.lines import WRONG_BYTES
from ingestion.intake.hidden_values import hide_values

MAX_ROW_CHARACTERS = 2_000  # What is kept of a rejected row.


class RejectedRow(NamedTuple):
    """A rejected row: its line, the rejection, and a JSON document of line, errors and row."""

    line: int
    rejection: RejectedRecord
    document: bytes

    @classmethod
    def of(cls, line: int, rejection: RejectedRecord, row: Any) -> Self:
        """Reject the row. The document shows the beginning of a long row only."""
        if isinstance(row, str):
            row = row.replace(WRONG_BYTES, "\N{REPLACEMENT CHARACTER}")
        text = row if isinstance(row, str) else to_json(row).decode()
        shown = row if len(text) <= MAX_ROW_CHARACTERS else f"{text[:MAX_ROW_CHARACTERS]}…"
        document = {"line": line, "errors": rejection.error_documents(), "row": shown}
        return cls(line, rejection, to_json(document, inf_nan_mode="null"))

    @property
    def example(self) -> Example:
        """Return the row as an example in a report."""
        message, row = self.rejection.detail, from_json(self.document)["row"]
        return Example(
            line=self.line,
            reason=self.rejection.reason,
            message=message,
            message_without_values=hide_values(message, row),
        )


@dataclass(frozen=True)
class IgnoredRow:
    """A row that `ignore` of its source names."""


class UnfinishedRow(NamedTuple):
    """An event of a row that has more results. The last result of a row is another type."""

    event: Event


# The results of a row are UnfinishedRows, then one that ends the row. An event ends a row that made
# all its events. A rejection ends any other row that is not ignored, even if it made some events.
RowResult = Event | UnfinishedRow | RejectedRow | IgnoredRow
