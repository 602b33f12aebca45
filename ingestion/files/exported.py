"""Read the files of `ingest export`: JSON Lines, and CSV with escaped texts."""

import re
from typing import Any

from pydantic import BaseModel, ConfigDict

import entities
from ingestion.errors import FieldError, RejectedRecord
from ingestion.intake.hidden_values import HIDDEN
from ingestion.intake.submission import Format, Submission, read_as

# The column of an export that names the fields with an added apostrophe, or with an empty text.
ESCAPED_COLUMN = "'escaped"
FORMULA_SIGNS = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"  # ASCII and full-width.
BLANKS = r" \u00a0\ufeff"  # A spreadsheet may ignore them before a sign.
# A spreadsheet runs a cell that begins with a sign. Where it takes `;` or a tab for the separator,
# a cell begins in the middle of a text, too (https://owasp.org/www-community/attacks/CSV_Injection).
_CELL_START = r"(?:^|(?<=[;\t\r\n]))"
# Quotes are included because a quoted cell may begin there, and apostrophes so that no two texts
# are escaped to one.
_SIGN_AHEAD = rf"(?=['\"{BLANKS}]*{FORMULA_SIGNS})"
_FORMULA = re.compile(rf"{_CELL_START}{_SIGN_AHEAD}|^(?='*[\t\r\n])")
_ESCAPED_FORMULA = re.compile(rf"{_CELL_START}'{_SIGN_AHEAD}|^'(?='*[\t\r\n])")
_WAS_HIDDEN = "was hidden by `ingest export`: export again with --show-personal"


class ExportLine(BaseModel):
    """A line of an export. The upload ignores `event` and creates a new event."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    entity_name: str
    id: str
    entity: dict[str, Any]
    event: dict[str, Any] | None = None


def is_exported(item: Any) -> bool:
    """Return whether a JSON item is a line of an export and not a posted event."""
    return isinstance(item, dict) and {"entity_name", "entity"} <= item.keys()


def require_shown(field: str, value: Any) -> None:
    """Raise RejectedRecord for a value that a command has hidden."""
    if value == HIDDEN:
        raise RejectedRecord("invalid_entity", FieldError(field, _WAS_HIDDEN))


def _submission(item: Any) -> Submission:
    found = read_as(ExportLine, item)
    body = found.entity
    if model := entities.models().get(found.entity_name):
        for name in model.personal_fields() & body.keys():
            require_shown(f"entity.{name}", body[name])
        body = dict.fromkeys(model.null_fields()) | body
    return Submission(entity_name=found.entity_name, body=body)


EXPORT_FORMAT = Format(_submission, "entity_name", "entity")


def unescape_row(row: dict[str, str], escaped: str) -> dict[str, str]:
    """Return the row with the texts of the fields that the row's `ESCAPED_COLUMN` names."""
    return row | {n: _ESCAPED_FORMULA.sub("", row.get(n, "")) for n in escaped.split()}


def escape_formulas(text: str) -> str:
    """Put an apostrophe before each formula, so that spreadsheets show its text."""
    return _FORMULA.sub("'", text)
