"""One dead letter: what it is, why it is one, its content and its history."""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ingestion.cli.console.dead_letters.edit_form import EditForm, named_field
from ingestion.cli.console.dead_letters.selected import reading_page, select_dead_letters, state_of
from ingestion.cli.console.dead_letters.selection import DeadLetterSelection
from ingestion.cli.console.pages import Link, fragment, page, shown_time
from ingestion.cli.console.parameters import shows_personal, text
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.urls import DEAD_LETTERS, entity_url, trace_url, url_of
from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter

_FACTS = {
    "reason": "Reason",
    "detail": "Detail",
    "entity": "Entity",
    "queue": "Queue",
    "since": "Dead letter since",
    "redrive_count": "Times redriven",
    "message_id": "Message",
    "request_id": "Request",
}


def show_dead_letter(request: Request) -> Response:
    """Show one dead letter. An id may be the event's or the message's."""
    selected = select_dead_letters(request)
    if selected is None:
        return reading_page(request)
    queue, dead_letter_id = request.path_params["queue"], request.path_params["id"]
    of_queue = [each for each in selected.visible if each.queue == queue]
    if not any(dead_letter_id in each.ids for each in of_queue) and not text(request, "again"):
        return _read_again(request)  # It may be newer than what was read.
    found = actions.find_dead_letter(of_queue, dead_letter_id)
    one = DeadLetterSelection(queue, ids=(found.original_id,), is_personal=shows_personal(request))
    target = selected.queues[queue].target
    described = actions.describe_dead_letter(selected.queues, found)
    facts = described | {"entity": found.entity_name, "since": shown_time(found.sent_at)}
    return page(
        request,
        "dead_letters/single.html",
        title=f"Dead letter {_short(found.event_id)}",
        command=("dlq", "show", found.original_id, *one.with_only(ids=()).words),
        found=found,
        **state_of(request, selected),
        facts=[(label, facts[name]) for name, label in _FACTS.items() if facts[name]],
        described=described,
        edit_error=target.edit_error_of(found),
        alike=Link(
            f"All {found.reason} of {queue}", DeadLetterSelection(queue, found.reason).url()
        ),
        links=_links(found),
        **_urls(found, one),
    )


def _urls(found: DeadLetter, one: DeadLetterSelection) -> dict[str, Any]:
    """Return the URLs of the actions with this dead letter, and of its history."""
    field = EditForm.of_field(named_field([found])).parameters[:1]
    history = url_of(f"{DEAD_LETTERS}/history", event=found.event_id, message=found.original_id)
    return {
        "redrive_url": one.url("/redrive"),
        "edit_url": one.url("/edit", field),
        "drop_url": one.url("/drop"),
        "history_url": history,
    }


def _read_again(request: Request) -> Response:
    """Read the dead letters again, once, and show the page again."""
    runtime = runtime_of(request)
    runtime.dead_letters.forget_last_read()
    runtime.dead_letters.start_reading(runtime.deployment)
    return RedirectResponse(str(request.url.include_query_params(again=1)), 303)


def show_history(request: Request) -> Response:
    """Show what the audit log says about a dead letter, as a part of its page."""
    query = request.query_params
    log = runtime_of(request).deployment.audit_log
    lines = list(log.read(query.get("event", ""), query.get("message", "")))
    for line in lines:
        line["time"] = datetime.fromtimestamp(line["time"] / 1000, UTC)
    return fragment(request, "dead_letters/history.html", lines=lines)


def _links(found: DeadLetter) -> list[tuple[str, str]]:
    """Return the other pages about the event."""
    links = [("Trace the event", trace_url(found.event_id))]
    subject = found.value("subject")
    if found.entity_name and isinstance(subject, str) and subject:
        url = entity_url(found.entity_name, subject)
        links.append((f"The stored {found.entity_name}", url))
    return links


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}…"
