"""Lets only the operator's own browser use the console, and only from the console's own pages.

The token of the start comes in the URL that the command opens, and is then kept in a cookie.
"""

from secrets import compare_digest

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from ingestion.cli.console.pages import refusal_page
from ingestion.cli.console.runtime import Runtime

TOKEN = "token"  # noqa: S105 - the name of a parameter
_SAFE = ("GET", "HEAD")
_OWN_SITES = (None, "same-origin", "none")  # Of Sec-Fetch-Site; none: the operator typed the URL.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # With no-referrer, browsers send `Origin: null`.
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Session:
    """An ASGI middleware. Refuses other hosts, origins and browsers, and adds security headers."""

    def __init__(self, app: ASGIApp, runtime: Runtime) -> None:
        self._app = app
        self._runtime = runtime
        # Browsers share cookies between the ports of a host.
        self._cookie = f"ingest_console_{runtime.address.rpartition(':')[2]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # No page uses another protocol.
            await WebSocketClose()(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        answer = self._answer(Request(scope)) or self._app
        await answer(scope, receive, send_safely)

    def _answer(self, request: Request) -> Response | None:
        """Return the answer to a request that no page gets; None if a page may answer it."""
        if request.headers.get("Host") != self._runtime.address:
            # Another name leads here: a page of that name would have the same origin.
            return refusal_page(
                421, f"This address is not the console's. Open http://{self._runtime.address}/"
            )
        if request.method == "GET" and self._is_token(request.query_params.get(TOKEN)):
            return self._start(request)
        if not self._is_token(request.cookies.get(self._cookie)):
            return refusal_page(
                401, "This browser has no session: open the address that the command printed."
            )
        if request.headers.get("Sec-Fetch-Site") not in _OWN_SITES:
            return refusal_page(403, "Another site made this request: open the page yourself.")
        if request.method not in _SAFE and request.headers.get("Origin") != self._runtime.origin:
            return refusal_page(403, "This request is not from a page of the console.")
        return None

    def _is_token(self, text: str | None) -> bool:
        return text is not None and compare_digest(text.encode(), self._runtime.token.encode())

    def _start(self, request: Request) -> Response:
        """Keep the token in a cookie, and open the same page without the token in its URL."""
        url = request.url.remove_query_params(TOKEN)
        target = f"{url.path}?{url.query}" if url.query else url.path
        response = RedirectResponse("/" + target.lstrip("/\\"), 303)
        response.set_cookie(self._cookie, self._runtime.token, httponly=True, samesite="strict")
        return response
