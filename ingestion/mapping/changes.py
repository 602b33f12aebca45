"""What the keys of a form do to its value, each key by one function. Null never gets here."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ingestion.mapping.refused import RefusedValue, exact_text, kind

Change = Callable[[Any], Any]  # Returns None for null. Raises RefusedValue.


def emptier(empty: Sequence[str]) -> Change:
    """Return a change that makes null of a value whose text is one of these."""
    texts = frozenset(empty)
    return lambda value: None if not _has_fields(value) and exact_text(value) in texts else value


def translator(entries: Mapping[str, Any], *, has_default: bool) -> Change:
    """Return a change that replaces a value by the entry of its text.

    Without an entry the value is null if a default follows, and refused otherwise.
    """

    def translate(value: Any) -> Any:
        text = None if _has_fields(value) else exact_text(value)
        if text in entries:
            return entries[text]
        if has_default:
            return None
        raise RefusedValue("has no entry in translate, and there is no default")

    return translate


def splitter(separator: str, take: int | None) -> Change:
    """Return a change that cuts a text into stripped parts: all of them, or the one at `take`.

    A part that does not exist is null.
    """

    def split(value: Any) -> Any:
        if isinstance(value, bool) or _has_fields(value):
            raise RefusedValue(f"is {kind(value)}: split needs a text")
        parts = [part.strip() for part in exact_text(value).split(separator)]
        if take is None:
            return parts
        return parts[take] if -len(parts) <= take < len(parts) else None

    return split


def as_text(value: Any) -> Any:
    """Return the exact text of a number or a boolean, and of each one in a list."""
    if isinstance(value, list):
        return [exact_text(element) for element in value]
    return exact_text(value)


def _has_fields(value: Any) -> bool:
    return isinstance(value, list | dict)
