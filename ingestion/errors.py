"""The error tree: the branch says who must act.

IngestionError
├── RejectedRecord     the sender: the event must change, no retry will help
├── RefusedFile        the sender: the file must change, no further row can be read
└── TransientFailure   time, or an operator: a retry succeeds once the cause is removed
"""

from dataclasses import asdict, dataclass
from typing import Self

from pydantic import ValidationError

# With these limits the response to 500 rejected events stays within Lambda's 6 MB.
MAX_FAULTS = 10
MAX_FIELD_CHARACTERS = 100
_MAX_LISTED_FAULTS = 1_000
# In the words of JSON. Senders do not know Python's.
_IN_JSON = {
    "list_type": "Input should be a valid array",
    "dict_type": "Input should be an object",
    "model_type": "Input should be an object",
}


class IngestionError(Exception):
    """The base of the errors that a command or a function expects."""


@dataclass(frozen=True)
class FieldError:
    """The path of a field with dots (empty for the whole event), and what would be right."""

    field: str
    message: str


class RejectedRecord(IngestionError):
    """An event that fails on every retry. `reason` is a slug for metric, log and response."""

    def __init__(self, reason: str, *errors: FieldError) -> None:
        super().__init__(reason)
        self.reason = reason
        self.errors = errors

    @classmethod
    def from_validation(cls, reason: str, error: ValidationError, within: str = "") -> Self:
        """Create a rejection from pydantic's errors, without the input, which may be personal."""
        count = error.error_count()
        if count > _MAX_LISTED_FAULTS:  # Each takes a kilobyte of memory to list.
            return cls(reason, FieldError(within, f"has {count} errors: too many to list"))
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        shown = []
        for fault in faults[:MAX_FAULTS]:
            field = ".".join(map(str, (within, *fault["loc"]) if within else fault["loc"]))
            if len(field) > MAX_FIELD_CHARACTERS:
                field = field[:MAX_FIELD_CHARACTERS] + "…"
            message = _IN_JSON.get(fault["type"], fault["msg"]).removeprefix("Value error, ")
            shown.append(FieldError(field, message))
        if len(faults) > MAX_FAULTS:
            shown.append(FieldError("", f"and {len(faults) - MAX_FAULTS} more"))
        return cls(reason, *shown)

    @property
    def detail(self) -> str:
        """Return the errors on one line."""
        return "; ".join(f"{e.field}: {e.message}" if e.field else e.message for e in self.errors)

    def error_documents(self) -> list[dict[str, str]]:
        """Return the errors as HTTP responses list them."""
        return [{"reason": self.reason, **asdict(error)} for error in self.errors]


class RefusedFile(IngestionError):
    """A file that fails on every retry. `reason` is a slug for metric, log and report."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class TransientFailure(IngestionError):
    """A service failed; the queue or the sender retries."""


def printable(text: str) -> str:
    """Replace the characters that control a terminal, or that a queue refuses."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
