"""Reads a page of entities, with a cursor for the next page."""

import math
import time
from collections.abc import Callable, Iterable
from typing import Any

import typer

from ingestion.http.cursor import Scope, read_cursor, read_page
from ingestion.http.http_problem import HttpProblem
from ingestion.store.reader import Position, Step

PAGE_SIZE = 50
# A page of a filter that few entities match may then have fewer rows, or none.
FILTER_SECONDS = 1.0

Json = dict[str, Any]


def read_items(
    scope: Scope,
    cursor: str | None,
    steps_after: Callable[[Position | None], Iterable[Step]],
    *,
    is_filtered: bool = False,
) -> Json:
    """Return a page of items and the cursor of the next one, which is None for the last page.

    A filtered read ends after a second. Raises typer.BadParameter for a cursor of another list.
    """
    try:
        position = read_cursor(scope, cursor)
    except HttpProblem as problem:
        raise typer.BadParameter(
            "the cursor in the address is of another list: open the first page of this list"
        ) from problem
    deadline = time.monotonic() + FILTER_SECONDS if is_filtered else math.inf
    return read_page(scope, steps_after(position), PAGE_SIZE, deadline)
