"""The messages of pydantic's faults: what would be right, and the name that was perhaps meant."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

import entities
from entities.faults import did_you_mean
from ingestion.cli.catalog_faults.places import Place
from ingestion.mapping.alternatives import NO_ALTERNATIVE
from ingestion.mapping.rules import Form

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
# By the key whose value has a pattern.
PATTERN_RULES = {
    "[key]": (
        "a source's name holds only A-Z, a-z, 0-9, - and _, begins with one of A-Z or a-z, and has"
        " at most 24 characters"
    ),
    "path": (
        "must hold only a-z, 0-9, - and _, begin with one of a-z or 0-9, and have at most 40"
        " characters"
    ),
    "delimiter": 'must be one character, but no quote (") and no line break',
    **dict.fromkeys(
        ("header", "id_header", "timestamp_header"),
        "must be the name of one header, such as X-Signature",
    ),
    "prefix": "must be at most 100 ASCII characters, such as sha256=, and not begin with a blank",
    "principals": "must be the ARN of one role or user, as arn:aws:iam::123456789012:role/sender",
}


_IN_QUOTES = "; put an expression that begins with {} in quotes"


def message_of(fault: Any, place: Place, model: type[BaseModel]) -> str:
    """Return the message of a fault at a place in `model`."""
    kind, found = fault["type"], fault["input"]
    if kind == "extra_forbidden":
        known = [field.alias or name for name, field in model.model_fields.items()]
        suggestion = did_you_mean(str(place[-1]), known)
        hint = suggestion or (_IN_QUOTES.format("{") if model is Form and found is not None else "")
        return f"unknown key: use one of {', '.join(known)}{hint}"
    if kind == "literal_error":
        return _must_be_one_of(fault["ctx"]["expected"].replace("'", ""), str(found))
    if kind == "string_pattern_mismatch":
        return _rule(place) if place[-1] == "[key]" else f"{_rule(place)}, and not {found!r}"
    if kind == "unknown_name":
        known = fault["ctx"]["known"].split(", ")
        return str(fault["msg"]) + did_you_mean(fault["ctx"]["found"], known)
    if kind == "string_type" and isinstance(found, dict | list):
        begin = "{" if isinstance(found, dict) else "["
        return f"must be text: put a text that begins with {begin} in quotes"
    if kind in _WORDS:
        return _WORDS[kind].format(**fault.get("ctx", {}))
    if kind == NO_ALTERNATIVE and found is None:
        return f"{fault['msg']}: it is empty; put an expression that begins with & in quotes"
    if kind == NO_ALTERNATIVE and isinstance(found, list):
        return str(fault["msg"]) + _IN_QUOTES.format("[")
    message = str(fault["msg"]).removeprefix("Value error, ")
    known_entities: Iterable[str] = entities.models() if "entities" in place else ()
    return message + did_you_mean(str(found), known_entities)


def _must_be_one_of(expected: str, found: str) -> str:
    words = expected.replace(" or ", ", ").split(", ")
    alike = [word for word in words if _digits(word) == _digits(found)]  # sha1 is not sha512.
    return f"must be {expected}{did_you_mean(found, alike)}"


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _rule(place: Place) -> str:
    return next(rule for key, rule in PATTERN_RULES.items() if key in place)
