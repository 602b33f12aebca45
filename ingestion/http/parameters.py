"""The parameters of the read API's query strings."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

import entities
from ingestion.catalog import SourceName
from ingestion.errors import RejectedRecord, validate_as
from ingestion.http.http_problem import HttpProblem
from ingestion.syntax.times import Timestamp

MAX_ITEMS = 1000
MAX_HITS = 100  # Of a page. Each hit has highlights of its text.
MAX_QUERY_CHARACTERS = 1000
_WHOLE_NUMBER = re.compile(r"-?\d+", re.ASCII)
_MAX_DIGITS = 20  # Python takes long for very long numbers. All limits have fewer digits.


def _whole_number(text: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(text):
        raise ValueError("must be a whole number")
    return int(text[:_MAX_DIGITS])


def _entity_name(text: str) -> str:
    if text not in entities.models():
        raise ValueError(f"must be one of {', '.join(entities.models())}")
    return text


class Parameters(BaseModel):
    """Parses a query string. This class itself accepts no parameters, as for one entity."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def read(cls, query: Mapping[str, list[str]]) -> Self:
        """Return the parameters of a query string. Raises HttpProblem that names the valid ones."""
        known = ", ".join(cls.model_fields) or "none"
        if any(len(values) != 1 for values in query.values()):
            detail = f"send each parameter once (parameters of this path: {known})"
            raise HttpProblem(HTTPStatus.BAD_REQUEST, detail)
        try:
            sent = {name: values[0] for name, values in query.items()}
            return validate_as(cls, sent, "invalid_parameter")
        except RejectedRecord as rejection:
            detail = f"{rejection.detail} (parameters of this path: {known})"
            raise HttpProblem(HTTPStatus.BAD_REQUEST, detail) from rejection


class PageParameters(Parameters):
    """Related entities: how many items, and from which cursor on."""

    limit: Annotated[
        int,
        Field(ge=1, le=MAX_ITEMS, description="The size of a page."),
        BeforeValidator(_whole_number),
    ] = 100
    cursor: Annotated[str | None, Field(description="The `next_cursor` of the page before.")] = None


class ListParameters(PageParameters):
    """Lists: only entities whose last event is of a source, or was stored since a time."""

    source: Annotated[SourceName | None, Field(description="Of the last event.")] = None
    changed_since: Annotated[
        Timestamp | None,
        Field(
            description="Only entities that were stored since then, ordered by time. One that is"
            " stored meanwhile may appear again."
        ),
    ] = None


class SearchParameters(Parameters):
    """A search: its text, the entity name and the source of the hits, and the page."""

    q: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MAX_QUERY_CHARACTERS,
            description='Words, `"phrases"`, `AND`, `OR`, `NOT`, parentheses, `field:word` and the'
            " beginning of a word, `wor*`. Words side by side must all match.",
        ),
    ]
    entity: Annotated[
        Annotated[str, AfterValidator(_entity_name)] | None, Field(description="Only this entity.")
    ] = None
    source: Annotated[SourceName | None, Field(description="Of the last event.")] = None
    limit: Annotated[
        int,
        Field(ge=1, le=MAX_HITS, description="The size of a page."),
        BeforeValidator(_whole_number),
    ] = 20
    cursor: Annotated[str | None, Field(description="The `next_cursor` of the page before.")] = None
