"""The form of the editor, as a browser sends it."""

from dataclasses import dataclass
from html.parser import HTMLParser

import httpx


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag == "input" and name:
            self.fields[name] = given.get("value") or ""
        if tag == "textarea" and name:
            self._area = name
            self.fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            # A browser drops the first end of line.
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


def fields_of(response: httpx.Response) -> dict[str, str]:
    """Return the fields of the form of a page. As in a browser, all lines end with LF."""
    reader = _Fields()
    reader.feed(response.text.replace("\r\n", "\n").replace("\r", "\n"))
    return reader.fields


@dataclass(frozen=True)
class Editor:
    """The page that edits a source."""

    console: httpx.Client
    source: str

    @property
    def url(self) -> str:
        return f"/sources/{self.source}/edit"

    def open(self, **parameters: str) -> httpx.Response:
        return self.console.get(self.url, params=parameters)

    def check(self, form: dict[str, str], headers: dict[str, str] | None = None) -> httpx.Response:
        return self.console.post(f"{self.url}/check", data=_sent(form), headers=headers)

    def save(self, form: dict[str, str]) -> httpx.Response:
        """Save, and return the answer without following its redirect."""
        return self.console.post(self.url, data=_sent(form), follow_redirects=False)


def _sent(form: dict[str, str]) -> dict[str, str]:
    """Return the fields with the ends of lines that a browser sends."""
    return {name: text.replace("\n", "\r\n") for name, text in form.items()}
