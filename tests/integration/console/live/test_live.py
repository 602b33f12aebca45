"""Open pages get the overview again and again, and lose the connection when the console ends."""

import httpx
import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.console.runtime import Runtime
from ingestion.cli.environment import Deployment
from tests.integration.conftest import Ingest
from tests.integration.console.measured import complete
from tests.support.browser.served_console import served
from tests.support.browser.waiting import wait_for


@pytest.fixture
def live(runtime: Runtime, console: httpx.Client) -> httpx.Client:
    complete(runtime.deployment)
    return console


def test_an_open_page_gets_the_overview_again(live: httpx.Client) -> None:
    with live.stream("GET", "/live", params={"shown": "attention"}) as response:
        texts = iter(response.iter_text())
        first = next(texts)
        noted = live.post("/live/activity")
        second = next(texts)

    assert response.headers["Content-Type"].startswith("text/event-stream")
    assert (noted.status_code, noted.text) == (204, "")
    for text in (first, second):
        assert text.startswith("retry: 1000\ndata: ")
        assert "data: <h2>Needs attention" in text
        assert "Show all" in text


def test_a_closed_page_is_not_served_any_more(runtime: Runtime, live: httpx.Client) -> None:
    with live.stream("GET", "/live") as response:
        texts = response.iter_text()
        next(texts)
        connected = len(runtime.connections)

    assert connected == 1
    assert wait_for(lambda: not runtime.connections)


def test_the_end_of_the_console_ends_the_connections_without_an_error(
    run: Ingest,  # noqa: ARG001 - makes the outputs
    checkout: Checkout,
) -> None:
    deployment = Deployment.load("local", checkout)
    complete(deployment)
    with httpx.Client() as browser:
        with served(deployment) as runtime:
            browser.get(f"{runtime.origin}/static/icon.svg", params={"token": runtime.token})
            request = browser.build_request("GET", f"{runtime.origin}/live")
            response = browser.send(request, stream=True)
            parts = response.iter_text()
            first = next(parts)

        rest = "".join(parts)  # A connection that is cut raises RemoteProtocolError.

    assert "Needs attention" in first
    assert rest.count("retry") <= 1


def test_a_stranger_gets_no_stream(runtime: Runtime) -> None:
    response = httpx.get(f"{runtime.origin}/live")

    assert response.status_code == 401
