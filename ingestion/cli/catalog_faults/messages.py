"""The messages of pydantic's faults: what would be right, and the name that was perhaps meant."""

from typing import Any

from pydantic import BaseModel

import entities
from entities.declared import key_faults
from entities.faults import did_you_mean
from ingestion.cli.catalog_faults.places import Place
from ingestion.mapping.alternatives import NO_ALTERNATIVE
from ingestion.mapping.rules import Form

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
    "separator": 'must be ",", ";" or " "',
    "principals": "must be the ARN of one role or user, as arn:aws:iam::123456789012:role/sender",
}


_IN_QUOTES = "; put an expression that begins with {} in quotes"


def message_of(fault: Any, place: Place, model: type[BaseModel]) -> str:
    """Return the message of a fault at a place in `model`."""
    kind, found = fault["type"], fault["input"]
    if kind == "string_pattern_mismatch":
        return _rule(place) if place[-1] == "[key]" else f"{_rule(place)}, and not {found!r}"
    if kind == "unknown_name":
        known = fault["ctx"]["known"].split(", ")
        return str(fault["msg"]) + did_you_mean(fault["ctx"]["found"], known)
    known_keys = [field.alias or name for name, field in model.model_fields.items()]
    message = key_faults.message_of(fault, known_keys)
    if kind == "extra_forbidden" and model is Form and found is not None:
        is_suggested = bool(did_you_mean(str(place[-1]), known_keys))
        return message if is_suggested else message + _IN_QUOTES.format("{")
    if kind == NO_ALTERNATIVE and found is None:
        return f"{message}: it is empty; put an expression that begins with & in quotes"
    if kind == NO_ALTERNATIVE and isinstance(found, list):
        return message + _IN_QUOTES.format("[")
    if kind == "value_error" and "entities" in place:
        return message + did_you_mean(str(found), entities.models())
    return message


def _rule(place: Place) -> str:
    return next(rule for key, rule in PATTERN_RULES.items() if key in place)
