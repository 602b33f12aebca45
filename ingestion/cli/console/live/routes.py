"""The URLs of the feed: the overview as a stream, and the input of the person before the pages."""

from functools import partial

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ingestion.cli.console.live.stream import stream
from ingestion.cli.console.overview.routes import render_live
from ingestion.cli.console.overview.selection import selection_of
from ingestion.cli.console.runtime import runtime_of


async def show_live(request: Request) -> Response:
    """Send the live part of the overview again and again. Raises the error of the first read."""
    runtime, selection = runtime_of(request), selection_of(request)
    view = await run_sync(runtime.status.view, runtime.deployment, abandon_on_cancel=True)
    view.require_snapshot()
    return stream(runtime, partial(render_live, runtime, selection))


async def note_activity(request: Request) -> Response:
    """Note that someone uses a page of the console."""
    runtime = runtime_of(request)
    if runtime.status.note_input():
        runtime.connections.wake()
    return Response(status_code=204)


routes = [
    Route("/live", show_live),
    Route("/live/activity", note_activity, methods=["POST"]),
]
