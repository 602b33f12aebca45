"""The list of dead letters: groups by queue and reason, and pages of rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ingestion.cli.console.dead_letters.edit_form import EditForm, known_paths, named_field
from ingestion.cli.console.dead_letters.selected import (
    SelectedDeadLetters,
    reading_page,
    select_dead_letters,
    state_of,
)
from ingestion.cli.console.dead_letters.selection import DeadLetterSelection
from ingestion.cli.console.pages import page
from ingestion.cli.console.paging import Paging
from ingestion.cli.console.parameters import choice
from ingestion.cli.counts import count_of
from ingestion.cli.dlq.dead_letter import DeadLetter

PAGE_SIZE = 50
_ORDERS = {
    "since": lambda found: found.sent_at,
    "entity": lambda found: (found.entity_name, found.sent_at),
    "detail": lambda found: (found.detail, found.sent_at),
}
_SORTS = [sign + name for name in _ORDERS for sign in ("", "-")]


@dataclass(frozen=True)
class Group:
    """The dead letters of one queue with one reason."""

    selection: DeadLetterSelection
    count: int
    oldest: datetime
    is_shown: bool

    @property
    def age_seconds(self) -> float:
        """Return how long the oldest waits."""
        return (datetime.now(UTC) - self.oldest).total_seconds()


def show_list(request: Request) -> Response:
    """Show the groups, then the rows of the selection."""
    selected = select_dead_letters(request, accepts_old=True)
    if selected is None:
        return reading_page(request)
    selection = selected.selection
    options = selection.with_only(ids=(), is_personal=False).words
    return page(
        request,
        "dead_letters/list.html",
        title="Dead letters",
        command=("dlq", "list", *options),
        selection=selection,
        **state_of(request, selected),
        groups=_groups(selected),
        count=selected.count,
        total=len(selected.dead_letters),
        **_choices(selected),
        **_rows(request, selected),
        **_edit_form(selected),
    )


def show_largest(request: Request) -> Response:
    """Lead to the largest group of a selection, whose page offers to edit all alike."""
    selected = select_dead_letters(request, accepts_old=True)
    if selected is None:
        return reading_page(request)
    groups = _groups(selected)
    selection = groups[0].selection if groups else selected.selection
    return RedirectResponse(selection.url(), 303)


def _groups(selected: SelectedDeadLetters) -> list[Group]:
    """Return the groups of the selection, and those of other reasons, to switch to one."""
    selection = selected.selection
    found: defaultdict[tuple[str, str], list[DeadLetter]] = defaultdict(list)
    for each in selection.with_only(reason=None).select_from(selected.visible):
        found[each.queue, each.reason].append(each)
    groups = [
        Group(
            selection.with_only(source=queue, reason=reason),
            len(each),
            min(one.sent_at for one in each),
            (selection.source, selection.reason) == (queue, reason),
        )
        for (queue, reason), each in found.items()
    ]
    return sorted(groups, key=lambda group: -group.count)


def _choices(selected: SelectedDeadLetters) -> dict[str, Any]:
    """Return what the filters offer: what the visible dead letters have."""
    last_read = selected.last_read.dead_letters
    return {
        "sources": _names(each.queue for each in last_read),
        "reasons": _names(each.reason for each in last_read),
        "entity_names": _names(each.entity_name for each in last_read),
    }


def _names(names: Iterable[str]) -> list[str]:
    return sorted(filter(None, set(names)))


def _rows(request: Request, selected: SelectedDeadLetters) -> dict[str, Any]:
    """Return one page of the selection in the order that the URL asks for."""
    sort = choice(request, "sort", _SORTS, "-since")
    rows = sorted(
        selected.dead_letters, key=_ORDERS[sort.removeprefix("-")], reverse=sort.startswith("-")
    )
    paging, url = Paging.of(request, len(rows), PAGE_SIZE), selected.selection.url
    return {
        "rows": rows[paging.first : paging.end],
        **paging.links(lambda number: url("", [("sort", sort), ("page", str(number))])),
        "sort": sort,
        "sort_urls": {
            name: url("", [("sort", f"-{name}" if sort == name else name)]) for name in _ORDERS
        },
    }


def _edit_form(selected: SelectedDeadLetters) -> dict[str, Any]:
    """Return the form that edits all alike, if the selection is of one queue and one reason."""
    found = selected.dead_letters
    keys = Counter((each.queue, each.reason) for each in found)
    is_alike = len(keys) == 1 and len(found) > 1
    is_editable = is_alike and not selected.queues[found[0].queue].target.edit_error_of(found[0])
    queue, reason = next(iter(keys)) if is_editable else (None, None)
    return {
        "alike_selection": selected.selection.with_only(source=queue, reason=reason),
        "form": EditForm.of_field(named_field(found)) if is_editable else None,
        "paths": known_paths(found) if is_editable else [],
        "alike": count_of(len(found), "dead letter"),
    }
