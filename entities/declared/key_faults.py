"""The messages of pydantic's faults about the keys of a file: what would be right."""

from collections.abc import Collection
from typing import Any

from entities.faults import did_you_mean

# By pydantic's types of errors. The braces name values of its context.
_WORDS = {
    "missing": "this key is missing",
    "string_type": "must be text: put a number, true, false or null in quotes",
    "int_type": "must be a whole number without quotes",
    "list_type": "must be a list, such as [A, B]",
    "dict_type": "must be keys with values",
    "model_type": "must be keys with values",
    "bool_type": "must be true or false",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_long": "must have at most {max_length} characters",
}


def message_of(fault: Any, known_keys: Collection[str]) -> str:
    """Return the message of a fault. `known_keys` are those of the part with an unknown key."""
    kind, found = fault["type"], fault["input"]
    if kind == "extra_forbidden":
        suggestion = did_you_mean(str(fault["loc"][-1]), known_keys)
        return f"unknown key: use one of {', '.join(known_keys)}{suggestion}"
    if kind == "literal_error":
        return _must_be_one_of(fault["ctx"]["expected"].replace("'", ""), str(found))
    if kind == "string_type" and isinstance(found, dict | list):
        begin = "{" if isinstance(found, dict) else "["
        return f"must be text: put a text that begins with {begin} in quotes"
    if kind in _WORDS:
        return _WORDS[kind].format(**fault.get("ctx", {}))
    return str(fault["msg"]).removeprefix("Value error, ")


def _must_be_one_of(expected: str, found: str) -> str:
    words = expected.replace(" or ", ", ").split(", ")
    alike = [word for word in words if _digits(word) == _digits(found)]  # sha1 is not sha512.
    return f"must be {expected}{did_you_mean(found, alike)}"


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
