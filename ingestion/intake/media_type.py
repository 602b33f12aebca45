"""Media types as HTTP headers and CloudEvents write them."""

import re

JSON = "application/json"
_IN_UTF8 = re.compile(
    r"""\s* ([\w.+-]+/[\w.+-]+) \s*
    (; \s* (charset="?(utf-8|us-ascii)"? | (?!charset)[\w.-]+=("[^"]*"|[^\s;,"]+)) \s* )*""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)


def media_type(text: str) -> str:
    """Return the type in small letters without parameters, or "" if it is invalid or not UTF-8."""
    found = _IN_UTF8.fullmatch(text)
    return found[1].lower() if found else ""
