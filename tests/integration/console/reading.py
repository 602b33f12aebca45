"""Reads pages as a person does."""

from html.parser import HTMLParser

import httpx

from tests.support.browser.waiting import wait_for

_HIDDEN = ("script", "style", "title")


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's
        self._hidden += tag in _HIDDEN

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.texts.append(" ".join(data.split()))


def texts_of(response: httpx.Response) -> list[str]:
    """Return the texts of a page in their order, with single spaces."""
    reader = _Texts()
    reader.feed(response.text)
    return reader.texts


def text_of(response: httpx.Response) -> str:
    """Return all text of a page on one line."""
    return " ".join(texts_of(response))


def finish(console: httpx.Client, response: httpx.Response) -> httpx.Response:
    """Read the page of work again until it is done, and return the page."""
    if _is_done(response):
        return response
    path = response.url.path
    return wait_for(lambda: next(filter(_is_done, [console.get(path)]), None))


def _is_done(page: httpx.Response) -> bool:
    return "hx-trigger" not in page.text
