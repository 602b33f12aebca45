"""What readers may ask for in a query string."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ingestion.catalog import SourceName
from ingestion.errors import RejectedRecord
from ingestion.event import Timestamp
from ingestion.http.problem import Problem

MAX_ITEMS = 1000
_WHOLE_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


def _whole_number(text: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(text):
        raise ValueError("must be a whole number")
    return int(text)


class Parameters(BaseModel):
    """Of one entity: nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def read(cls, query: Mapping[str, list[str]]) -> Self:
        """What a query string asks. Raises Problem, saying what would be right."""
        known = ", ".join(cls.model_fields) or "none"
        if any(len(values) != 1 for values in query.values()):
            detail = f"a parameter may be given once (parameters of this path: {known})"
            raise Problem(HTTPStatus.BAD_REQUEST, detail)
        try:
            return cls.model_validate({name: values[0] for name, values in query.items()})
        except ValidationError as error:
            faults = RejectedRecord.from_validation("invalid_parameter", error).detail
            detail = f"{faults} (parameters of this path: {known})"
            raise Problem(HTTPStatus.BAD_REQUEST, detail) from error


class PageParameters(Parameters):
    """Of what is related: so many items, from a cursor on."""

    limit: Annotated[int, Field(ge=1, le=MAX_ITEMS), BeforeValidator(_whole_number)] = 100
    cursor: str | None = None


class ListParameters(PageParameters):
    """Of a list: whose last event is of a source, or came to the table since."""

    source: SourceName | None = None
    changed_since: Timestamp | None = None
