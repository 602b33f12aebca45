"""The URL of each page, for links, forms and redirects. A route adds its own parameters."""

from typing import Any
from urllib.parse import quote, urlencode

SOURCES = "/sources"
DEAD_LETTERS = "/dead-letters"
FILES = "/files"
ENTITIES = "/entities"
SEARCH = "/search"
TRACE = "/trace"
AUDIT = "/audit"
PROGRESS = "/progress"  # Below it, each piece of work has a page.
_DOTS = (".", "..")  # A browser would read them in a path as folders.


def url_of(path: str, /, **parameters: Any) -> str:
    """Return a URL with those of the parameters that are not None."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def source_url(name: str, action: str = "", **parameters: Any) -> str:
    """Return the URL of the page of a source, or of an action on it, such as `pause`."""
    return url_of(_path(SOURCES, name, action), **parameters)


def dead_letters_url(source: str, **parameters: Any) -> str:
    """Return the URL of the dead letters of a source or of a shared queue."""
    return url_of(DEAD_LETTERS, source=source, **parameters)


def dead_letter_url(queue: str, dead_letter_id: str, **parameters: Any) -> str:
    """Return the URL of the page of a dead letter."""
    return url_of(_path(DEAD_LETTERS, queue, dead_letter_id), **parameters)


def upload_url(upload_id: str, action: str = "", **parameters: Any) -> str:
    """Return the URL of the page of an upload, or of one of its parts, such as `rows`."""
    return url_of(_path(FILES, upload_id, action), **parameters)


def entity_url(name: str, entity_id: str, action: str = "", **parameters: Any) -> str:
    """Return the URL of the page of an entity, or of an action with it, such as `correct`."""
    path = _path(*filter(None, [ENTITIES, action, name]))
    if entity_id in _DOTS:
        return url_of(f"{path}/", id=entity_id, **parameters)
    return url_of(f"{path}/{quote(entity_id, safe='')}", **parameters)


def trace_url(wanted_id: str, **parameters: Any) -> str:
    """Return the URL of the trace of an event, a request or an upload."""
    return url_of(TRACE, id=wanted_id, **parameters)


def progress_url(work_id: str) -> str:
    """Return the URL of the page that shows the progress of a piece of work."""
    return _path(PROGRESS, work_id)


def _path(root: str, *parts: str) -> str:
    return "/".join([root, *(quote(part, safe="") for part in parts if part)])
