"""Reads a page of entities, with a cursor for the next page."""

import time
from collections.abc import Callable, Iterable
from typing import Any

import typer

from ingestion.http.cursor import Scope, read_cursor, read_page
from ingestion.http.http_problem import HttpProblem
from ingestion.store.reader import Position, Step

PAGE_SIZE = 50
READ_SECONDS = 0.3  # A page of a filter that few entities match may have fewer rows, or none.

Json = dict[str, Any]


def read_items(
    scope: Scope, cursor: str | None, steps_after: Callable[[Position | None], Iterable[Step]]
) -> Json:
    """Return a page of items and the cursor of the next one, which is None for the last page.

    Raises typer.BadParameter for a cursor of another list.
    """
    try:
        position = read_cursor(scope, cursor)
    except HttpProblem as problem:
        raise typer.BadParameter(
            "the cursor in the address is of another list: open the first page of this list"
        ) from problem
    return read_page(scope, steps_after(position), PAGE_SIZE, time.monotonic() + READ_SECONDS)
