"""The text that stands on a page of a PDF beside its content: notes, and filled form fields."""

from typing import Any

from pypdf import PageObject
from pypdf.errors import LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject, TextStringObject

MAX_ANNOTATIONS = 1_000  # Of a page.
MAX_CHARACTERS = 1_000_000  # Of the annotations of a page.
_MAX_LEVELS = 10  # From a field to the field that has its value.
_REPEATED = "/Popup"  # The window of a note, which may repeat its text.


def read_annotations(page: PageObject) -> str:
    """Return the notes and the values of the form fields of a page, one a line.

    Raises LimitReachedError beyond a limit, and what pypdf raises for damaged objects.
    """
    annotations = page.annotations
    if annotations is None:
        return ""
    if len(annotations) > MAX_ANNOTATIONS:
        raise LimitReachedError(f"the page has more than {MAX_ANNOTATIONS} annotations")
    texts: list[str] = []
    characters = 0
    for each in annotations:
        found = _texts_of(each.get_object())
        characters += sum(map(len, found))
        if characters > MAX_CHARACTERS:
            raise LimitReachedError(f"annotations have more than {MAX_CHARACTERS} characters")
        texts += found
    return "\n".join(texts)


def _texts_of(annotation: Any) -> list[str]:
    if not isinstance(annotation, DictionaryObject):
        return []
    kind = annotation.get("/Subtype")
    if kind == _REPEATED:
        return []
    value = _value_of(annotation) if kind == "/Widget" else annotation.get("/Contents")
    return _strings_in(value)


def _value_of(field: DictionaryObject) -> Any:
    """Return the value of a field, which a field above it may hold."""
    for _ in range(_MAX_LEVELS):
        if "/V" in field:
            return field["/V"]
        above = field.get("/Parent")
        above = above.get_object() if above is not None else None
        if not isinstance(above, DictionaryObject):
            return None
        field = above
    return None


def _strings_in(value: Any) -> list[str]:
    """Return a string, or the strings that were chosen in a list. Names of buttons are no text."""
    found = value.get_object() if value is not None else None
    values = found[:MAX_ANNOTATIONS] if isinstance(found, ArrayObject) else [found]
    return [each for each in values if isinstance(each, TextStringObject)]
