"""Opens the pages of dead letters and presses their buttons, as an operator does."""

import re
from html import unescape

import httpx

from tests.integration.console.reading import finish, text_of
from tests.support.browser.waiting import wait_for

READING = "Reading the dead letters"
ALIKE = {"source": "sourceB", "reason": "invalid_entity"}
TO_WORKS = {"path": "data.contract_type", "kind": "text", "value": "works"}


def open_page(
    console: httpx.Client, path: str = "/dead-letters", /, **parameters: str
) -> httpx.Response:
    """Open a page, and open it again until the dead letters were read."""

    def read() -> httpx.Response | None:
        response = console.get(path, params=parameters or None)
        return None if READING in response.text else response

    return wait_for(read)


def read_again(console: httpx.Client) -> httpx.Response:
    """Press the button of the list that reads again, and return the new list."""
    console.post("/dead-letters/read", data={"back": "/dead-letters"})
    return open_page(console)


def confirm(console: httpx.Client, page: httpx.Response, **fields: str) -> httpx.Response:
    """Press a button of a form that shows what happens. Return the page of the end."""
    found = re.search(r'name="digest" value="(\w+)"', page.text)
    assert found, text_of(page)
    url = str(page.url.copy_with(scheme=None, netloc=b""))
    return finish(console, console.post(url, data={"digest": found[1], **fields}))


def events_of(page: httpx.Response) -> list[str]:
    """Return the events of the rows of a list, in their order."""
    rows = re.findall(r'data-label="Event"><a href="[^"]*">([^<]*)</a>', page.text)
    return [unescape(text) for text in rows]
