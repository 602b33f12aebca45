"""One page of a list: which rows it shows, and the links to the pages around it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from starlette.requests import Request

from ingestion.cli.console.parameters import number


@dataclass(frozen=True)
class Paging:
    """The rows of a page, from `first` to before `end`, and the number of the page."""

    shown: int
    first: int
    end: int
    total: int

    @classmethod
    def of(cls, request: Request, total: int, size: int) -> Self:
        """Return the page that the URL asks for, or the last one. Raises typer.BadParameter."""
        last = max(1, -(-total // size))
        shown = min(number(request, "page"), last)
        first = (shown - 1) * size
        return cls(shown, first, min(first + size, total), total)

    @property
    def where(self) -> str:
        """Return which rows these are, in words."""
        return f"{self.first + 1:,} to {self.end:,} of {self.total:,}" if self.total else ""

    def links(self, url: Callable[[int], str]) -> dict[str, str | None]:
        """Return what a pager needs: the URLs of the pages before and after, and where this is."""
        return {
            "before": url(self.shown - 1) if self.first else None,
            "after": url(self.shown + 1) if self.end < self.total else None,
            "where": self.where,
        }
