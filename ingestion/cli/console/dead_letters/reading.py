"""How old the list of dead letters is: the line that says so, and the button that reads again."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ingestion.cli.console.dead_letters.selection import digest
from ingestion.cli.console.forms import Form
from ingestion.cli.console.pages import fragment
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.urls import DEAD_LETTERS
from ingestion.cli.console.work import DEAD_LETTER_WORK


def read_again(request: Request, form: Form) -> Response:
    """Read the dead letters again, and show the page from which that was asked."""
    runtime = runtime_of(request)
    runtime.dead_letters.forget_last_read()
    runtime.dead_letters.start_reading(runtime.deployment)
    back = form.get("back", "")
    is_of_list = back.startswith(f"{DEAD_LETTERS}?")
    return RedirectResponse(back if is_of_list else DEAD_LETTERS, 303)


def show_state(request: Request) -> Response:
    """Show whether a read runs. A page that waits for a read is loaded again after the read.

    `seen` names the dead letters that the page shows. If their new read failed, the page is loaded
    again too, because only a whole page shows why.
    """
    runtime = runtime_of(request)
    dead_letters = runtime.dead_letters
    seen, last_read = request.query_params.get("seen", ""), dead_letters.last_read
    is_reading = dead_letters.is_reading
    if not is_reading and not (seen and last_read):
        return Response(headers={"HX-Refresh": "true"})
    return fragment(
        request,
        "dead_letters/state.html",
        last_read=last_read,
        is_reading=is_reading,
        seen=seen,
        blocking=runtime.work.running(DEAD_LETTER_WORK),
        has_newer=bool(seen and last_read and digest(last_read.dead_letters) != seen),
    )
