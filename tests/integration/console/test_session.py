"""Only the operator's own browser uses the console, and only from the console's own pages."""

import asyncio
import http.client
import socket
from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from ingestion.cli.console import server
from ingestion.cli.console.application import create_app
from ingestion.cli.console.runtime import Runtime
from ingestion.cli.console.session import Session
from tests.integration.console.reading import text_of

PAGES = ["/", "/progress/none", "/static/console.css", "/no-such-page"]


@pytest.fixture
def stranger(runtime: Runtime) -> Iterator[httpx.Client]:
    """Yield a browser without a session."""
    with httpx.Client(base_url=runtime.origin) as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_a_browser_without_the_token_gets_no_page(stranger: httpx.Client, path: str) -> None:
    response = stranger.get(path)

    assert response.status_code == 401
    assert text_of(response) == (
        "No access This browser has no session: open the address that the command printed."
    )


def test_a_page_takes_a_url_with_a_long_value(runtime: Runtime, console: httpx.Client) -> None:
    connection = http.client.HTTPConnection(runtime.address)
    cookies = "; ".join(f"{name}={value}" for name, value in console.cookies.items())

    connection.request("GET", f"/trace?since={'x' * 240_000}", headers={"Cookie": cookies})
    response = connection.getresponse()
    text = response.read()
    connection.close()

    assert response.status == 200
    assert b"<h1>Trace</h1>" in text


@pytest.mark.parametrize("token", ["", "x", "é", "\0"])
def test_a_wrong_token_opens_no_page(stranger: httpx.Client, token: str) -> None:
    assert stranger.get("/", params={"token": token}).status_code == 401


def test_the_token_becomes_a_cookie_for_this_site_only(
    runtime: Runtime, stranger: httpx.Client
) -> None:
    response = stranger.get("/progress/1", params={"token": runtime.token, "a": "b c"})

    assert (response.status_code, response.headers["Location"]) == (303, "/progress/1?a=b+c")
    attributes = response.headers["Set-Cookie"].lower()
    assert "httponly" in attributes
    assert "samesite=strict" in attributes


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "///evil.example"])
def test_the_token_leads_to_no_other_site(runtime: Runtime, path: str) -> None:
    connection = http.client.HTTPConnection(runtime.address)
    connection.request("GET", f"{path}?token={runtime.token}")
    location = connection.getresponse().headers["Location"]
    connection.close()

    assert httpx.URL(runtime.origin).join(location).host == "127.0.0.1"


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1"])
def test_another_host_name_gets_no_page(console: httpx.Client, runtime: Runtime, host: str) -> None:
    response = console.get("/", headers={"Host": host})

    assert response.status_code == 421
    assert f"This address is not the console's. Open {runtime.origin}/" in text_of(response)


def test_no_websocket_reaches_a_page(runtime: Runtime) -> None:
    reached, sent = [], []

    async def page(scope: Scope, _: Receive, __: Send) -> None:
        reached.append(scope["type"])

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    asyncio.run(Session(page, runtime)({"type": "websocket"}, receive, send))

    assert (reached, sent) == ([], ["websocket.close"])


class _OnPort80(socket.socket):
    """A socket of the port that browsers leave out."""

    def getsockname(self) -> tuple[str, int]:
        return (server.HOST, 80)


def test_the_default_port_of_http_serves_the_pages(runtime: Runtime) -> None:
    with _OnPort80() as listening:
        console = server.runtime_for(runtime.deployment, listening)

    async def use() -> list[int]:
        transport = httpx.ASGITransport(create_app(console))
        address = "http://127.0.0.1:80"
        async with httpx.AsyncClient(transport=transport, base_url=address) as browser:
            opened = await browser.get("/", params={"token": console.token})
            headers = {"Origin": "http://127.0.0.1"}
            changed = await browser.post("/live/activity", headers=headers)
        return [opened.status_code, changed.status_code]

    assert asyncio.run(use()) == [303, 204]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1"])
def test_a_change_from_another_origin_is_refused(
    console: httpx.Client, method: str, origin: str | None
) -> None:
    request = console.build_request(method, "/progress/1")
    del request.headers["Origin"]
    if origin:
        request.headers["Origin"] = origin

    response = console.send(request)

    assert response.status_code == 403
    assert "This request is not from a page of the console." in text_of(response)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_read_by_another_site_is_refused(console: httpx.Client, site: str) -> None:
    response = console.get("/progress/1", headers={"Sec-Fetch-Site": site})

    assert response.status_code == 403


@pytest.mark.parametrize("path", [*PAGES, "/?token=wrong"])
def test_each_answer_forbids_frames_inline_scripts_and_caches(
    console: httpx.Client, stranger: httpx.Client, path: str
) -> None:
    for browser in (console, stranger):
        headers = browser.get(path).headers

        policy = dict(
            each.strip().split(" ", 1) for each in headers["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in headers


def test_a_page_that_does_not_exist_says_so(console: httpx.Client) -> None:
    response = console.get("/no-such-page")

    assert response.status_code == 404
    assert "There is no such page." in text_of(response)


def test_work_that_the_console_does_not_know_is_not_found(console: httpx.Client) -> None:
    response = console.get("/progress/none")

    assert response.status_code == 404
    assert "has no record of the work" in text_of(response)
