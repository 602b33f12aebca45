"""The error tree: the branch says who must act.

IngestionError
├── RejectedRecord     the sender: the event must change, no retry will help
├── RefusedFile        the sender: the file must change, no further row can be read
└── TransientFailure   time, or an operator: a retry succeeds once the cause is removed
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ValidationError

from entities.values import to_text

Model = TypeVar("Model", bound=BaseModel)

# With these limits the response to 500 rejected events stays within Lambda's 6 MB.
MAX_FAULTS = 10
MAX_FIELD_CHARACTERS = 100
UNKNOWN_FIELD = "unknown field"
_MAX_LISTED_FAULTS = 1_000
# In the words of JSON. Senders do not know Python's.
IN_JSON = {
    "extra_forbidden": UNKNOWN_FIELD,
    "list_type": "Input should be a valid array",
    "dict_type": "Input should be an object",
    "model_type": "Input should be an object",
}


# Errors whose message ends with a limit, as Python writes a decimal, a day or a time in UTC.
_LIMITED = re.compile(r"(greater|less)_than(_equal)?|multiple_of")
_DECIMAL = re.compile(r"Decimal\('(.*)'\)$")
_MOMENT = re.compile(r"datetime\.date(?:time)?\((\d[\d, ]+\d)(?:, tzinfo=.*)?\)$")


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
    def from_validation(
        cls,
        reason: str,
        error: ValidationError,
        within: str = "",
        words: Mapping[str, str] = IN_JSON,
    ) -> Self:
        """Create a rejection from pydantic's errors, without the input, which may be personal.

        `words` are the messages of some errors by pydantic's name, in the terms of the sender.
        """
        count = error.error_count()
        if count > _MAX_LISTED_FAULTS:  # Each takes a kilobyte of memory to list.
            return cls(reason, FieldError(within, f"has {count} errors: too many to list"))
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        messages = (words.get(fault["type"]) or message_of(fault) for fault in faults)
        located = zip((fault["loc"] for fault in faults), messages, strict=True)
        return cls(reason, *_first_faults(located, count, within))

    @property
    def detail(self) -> str:
        """Return the errors on one line."""
        return "; ".join(f"{e.field}: {e.message}" if e.field else e.message for e in self.errors)

    def error_documents(self) -> list[dict[str, str]]:
        """Return the errors as HTTP responses list them."""
        return [{"reason": self.reason, **asdict(error)} for error in self.errors]


def validate_as(model: type[Model], content: Any, reason: str, within: str = "") -> Model:
    """Return the content as an instance of the model. Raises RejectedRecord with this reason.

    With more than MAX_FAULTS unknown fields, the rejection names only some of these, because
    pydantic would create an error for each. Other faults are then not checked.
    """
    if isinstance(content, Mapping) and len(content) > len(model.model_fields) + MAX_FAULTS:
        _refuse_unknown_fields(model, content, reason, within)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise RejectedRecord.from_validation(reason, error, within) from error


def _refuse_unknown_fields(
    model: type[BaseModel], content: Mapping[str, Any], reason: str, within: str
) -> None:
    if model.model_config.get("extra") == "forbid":
        count = len(content) - len(content.keys() & model.model_fields.keys())
        unknown = (((name,), UNKNOWN_FIELD) for name in content if name not in model.model_fields)
        raise RejectedRecord(reason, *_first_faults(unknown, count, within))


def message_of(fault: Mapping[str, Any]) -> str:
    """Return the message of one of pydantic's errors, with a limit as JSON writes the limit."""
    message = str(fault["msg"])
    if not _LIMITED.fullmatch(fault["type"]):
        return message
    message = _DECIMAL.sub(lambda found: to_text(Decimal(found[1])), message)
    return _MOMENT.sub(lambda found: _moment(*map(int, found[1].split(", "))), message)


def _moment(*numbers: int) -> str:
    """Return a day of three numbers, or a time in UTC of more."""
    year, month, day, *clock = numbers
    if not clock:
        return to_text(date(year, month, day))
    hour, minute, second, microsecond = [*clock, 0, 0][:4]
    return to_text(datetime(year, month, day, hour, minute, second, microsecond, UTC))


def _first_faults(
    faults: Iterable[tuple[tuple[int | str, ...], str]], count: int, within: str
) -> list[FieldError]:
    """Return the first MAX_FAULTS faults as FieldErrors, and one more that counts the rest.

    `faults` are pairs of path and message; `count` is their total.
    """
    shown = []
    for path, message in islice(faults, MAX_FAULTS):
        field = ".".join(map(str, (within, *path) if within else path))
        if len(field) > MAX_FIELD_CHARACTERS:
            field = field[:MAX_FIELD_CHARACTERS] + "…"
        shown.append(FieldError(field, message.removeprefix("Value error, ")))
    if count > MAX_FAULTS:
        shown.append(FieldError("", f"and {count - MAX_FAULTS} more"))
    return shown


class RefusedFile(IngestionError):
    """A file that fails on every retry. `reason` is a slug for metric, log and report."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class TooManyValues(IngestionError):
    """A document has more values than a request may hold."""


class TransientFailure(IngestionError):
    """A service failed; the queue or the sender retries."""


def printable(text: str) -> str:
    """Replace the characters that control a terminal, or that a queue refuses."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
