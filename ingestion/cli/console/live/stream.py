"""Streams a part of a page as Server-Sent Events, again after each read of the status."""

from collections.abc import AsyncIterator, Callable

from anyio.to_thread import run_sync
from starlette.responses import StreamingResponse

from ingestion.cli.console.live.connections import wait
from ingestion.cli.console.live.feed import View
from ingestion.cli.console.runtime import Runtime

_RETRY_MS = 1000  # The first pause of a browser that lost the connection.

Render = Callable[[View], str]


def stream(runtime: Runtime, render: Render) -> StreamingResponse:
    """Return the response that sends what `render` makes of the status while a page is open."""
    return StreamingResponse(
        _messages(runtime, render),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _messages(runtime: Runtime, render: Render) -> AsyncIterator[str]:
    feed, connections = runtime.status, runtime.connections
    with connections.connect() as woken:
        while not connections.is_stopped:
            woken.clear()
            # A call of AWS may hang: Ctrl-C must not wait for it.
            yield await run_sync(_read, runtime, render, abandon_on_cancel=True)
            await wait(woken, feed.seconds_to_next)


def _read(runtime: Runtime, render: Render) -> str:
    return message_of(render(runtime.status.view(runtime.deployment)))


def message_of(text: str) -> str:
    """Return a message of the stream."""
    lines = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"retry: {_RETRY_MS}\n{lines}\n"
