"""Hide values in messages: a rule of an entity may quote a value that is personal."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any

from entities.times import fixed_width, timestamp
from entities.values import to_text

HIDDEN = "[hidden]"  # What a command shows instead of personal data.

# What pydantic writes about a field with permitted values: these are the model's own.
_PERMITTED = r"Input should be '[^']*'(?:, '[^']*')*(?: or '[^']*')?"
_WORD = re.compile(r"\w{2,}")  # A single character, such as "a", occurs in any message.


def hide_values(text: str, values: Any) -> str:
    """Replace the values, and each of their words of two or more characters, by HIDDEN.

    The permitted values that pydantic lists are kept: they are the model's own.
    """
    parts = {part for value in _texts_of(values) for part in (value, *_WORD.findall(value))}
    searched = text.casefold()
    found = (part for part in parts if part.casefold() in searched)  # Of large values, few are.
    longest_first = sorted(found, key=len, reverse=True)
    if not longest_first:
        return text
    quoted = "|".join(rf"(?<!\w){re.escape(part)}(?!\w)" for part in longest_first)
    pattern = rf"({_PERMITTED})|{quoted}"
    return re.sub(pattern, lambda found: found[1] or HIDDEN, text, flags=re.IGNORECASE)


def _texts_of(values: Any) -> Iterator[str]:
    """Yield each nested value as text: plain, as repr() writes it, and as the model holds it.

    Skips booleans, null and empty values.
    """
    if isinstance(values, dict | list | tuple):
        for value in values.values() if isinstance(values, dict) else values:
            yield from _texts_of(value)
    elif values and not isinstance(values, bool):
        text = str(values)
        yield text
        yield repr(values).strip("'\"")
        with suppress(ArithmeticError, ValueError):  # No number, or not finite.
            yield to_text(Decimal(text))
        with suppress(ValueError):  # No time.
            moment = datetime.fromisoformat(fixed_width(text))
            yield from (str(moment), repr(moment), timestamp(moment))
