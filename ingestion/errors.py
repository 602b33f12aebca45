"""The error tree: the branch tells who must act.

IngestionError
├── RejectedRecord     the sender: this event will never be good as it is
├── RefusedFile        the sender: no event can be had from this file, or no more than so far
└── TransientFailure   time: the same event will do once a service is back
"""

from dataclasses import asdict, dataclass
from typing import Self

from pydantic import ValidationError

# So that the answer to the worst request, 500 such events, stays within Lambda's 6 MB.
MAX_FAULTS = 10
MAX_FIELD_CHARACTERS = 100


class IngestionError(Exception):
    """Anything the platform raises on purpose."""


@dataclass(frozen=True)
class FieldError:
    """One fault: the field it is in (dotted, empty for the whole event) and what would be right."""

    field: str
    message: str


class RejectedRecord(IngestionError):
    """An event that no retry will save; `reason` is a slug for metric, log and answer."""

    def __init__(self, reason: str, *errors: FieldError) -> None:
        super().__init__(reason)
        self.reason = reason
        self.errors = errors

    @classmethod
    def from_validation(cls, reason: str, error: ValidationError, within: str = "") -> Self:
        """Pydantic's faults without the input, which may be personal and never leaves the event."""
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        shown = [_field_error(f["loc"], f["msg"], within) for f in faults[:MAX_FAULTS]]
        if len(faults) > MAX_FAULTS:
            shown.append(FieldError("", f"and {len(faults) - MAX_FAULTS} more"))
        return cls(reason, *shown)

    @property
    def detail(self) -> str:
        """The faults on one line."""
        return "; ".join(f"{e.field}: {e.message}" if e.field else e.message for e in self.errors)

    def describe(self) -> list[dict[str, str]]:
        """The faults as the HTTP answers list them."""
        return [{"reason": self.reason, **asdict(error)} for error in self.errors]


class RefusedFile(IngestionError):
    """A file that no retry will save; `reason` is a slug for metric, log and report."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class TransientFailure(IngestionError):
    """A service did not do its part; the queue or the sender repeats."""


def _field_error(location: tuple[int | str, ...], message: str, within: str) -> FieldError:
    path = (within, *map(str, location)) if within else tuple(map(str, location))
    field = ".".join(path)
    if len(field) > MAX_FIELD_CHARACTERS:
        field = field[:MAX_FIELD_CHARACTERS] + "…"
    return FieldError(field, message.removeprefix("Value error, "))
