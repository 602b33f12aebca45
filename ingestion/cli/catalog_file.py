"""Reads the catalog from its file, and says in words and with the line what is wrong in it."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

import entities
from entities.faults import did_you_mean
from ingestion.catalog import Catalog, Files, Source
from ingestion.cli.yaml_file import BadYaml, find_line, parse_yaml
from ingestion.errors import IngestionError

# By pydantic's types of errors. The braces name values of its context.
_WORDS = {
    "missing": "this key is missing",
    "string_type": "must be text: put a number, true, false or null in quotes",
    "int_type": "must be a whole number without quotes",
    "list_type": "must be a list, such as [A, B]",
    "dict_type": "must be keys with values",
    "model_type": "must be keys with values",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}
# By the key whose value has a pattern.
_RULES = {
    "[key]": (
        "a source's name holds only A-Z, a-z, 0-9, - and _, begins with one of A-Z or a-z, and has"
        " at most 24 characters"
    ),
    "path": (
        "must hold only a-z, 0-9, - and _, begin with one of a-z or 0-9, and have at most 40"
        " characters"
    ),
    "delimiter": 'must be one character, but no quote (") and no line break',
    "principals": "must be the ARN of one role or user, as arn:aws:iam::123456789012:role/sender",
}

Place = tuple[str | int, ...]


class BadCatalog(IngestionError):
    """The catalog is invalid. The message names the lines and the keys."""


def read_catalog(file: Path, name: str) -> Catalog:
    """Return the catalog in a file. Raises BadCatalog with messages that begin with the name."""
    try:
        text = file.read_text(encoding="utf-8")
        return Catalog.model_validate(parse_yaml(text))
    except ValidationError as error:
        faults = error.errors(include_url=False)
        faults.sort(key=lambda fault: fault["type"] == "missing")  # A misspelt key explains it.
        lines = (f"{name}:{_describe(fault, text)}" for fault in faults)
        raise BadCatalog("\n".join(lines)) from error
    except BadYaml as error:
        place = f"{name}:{error.line}" if error.line else name
        raise BadCatalog(f"{place}: {error.problem}") from error
    except UnicodeDecodeError as error:
        raise BadCatalog(f"{name}: is not UTF-8: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise BadCatalog(f"{name}: {error.strerror}") from error


def _describe(fault: Any, text: str) -> str:
    """Return the line, the keys and the message of one of pydantic's errors."""
    loc: Place = fault["loc"]
    message = _message(fault)
    line = find_line(text, _path(loc, message, fault["input"]))
    keys = [str(key) for key in loc if isinstance(key, str) and key != "[key]"]
    place = ".".join(keys[1:] if keys[:1] == ["sources"] and len(keys) > 1 else keys)
    return f"{line}: {place}: {message}" if place else f"{line}: {message}"


def _path(loc: Place, message: str, found: Any) -> Place:
    """Return the keys to the place in the file. A rule of several keys names the first of them."""
    if loc:
        rule = message.partition(" ")[0].rstrip(":").split(".")
        return (*loc, *rule)
    names = found["sources"] if isinstance(found, dict) and "sources" in found else ()
    named = [name for name in names if name in re.findall(r"[\w-]+", message)]
    return ("sources", *named[-1:])


def _message(fault: Any) -> str:
    kind, loc, found = fault["type"], fault["loc"], fault["input"]
    if kind == "extra_forbidden":
        known = _model_at(loc).model_fields
        return f"unknown key: use one of {', '.join(known)}{did_you_mean(str(loc[-1]), known)}"
    if kind == "literal_error":
        expected = fault["ctx"]["expected"].replace("'", "")
        words = expected.replace(" or ", ", ").split(", ")
        return f"must be {expected}{did_you_mean(str(found), words)}"
    if kind == "string_pattern_mismatch":
        return _rule(loc) if loc[-1] == "[key]" else f"{_rule(loc)}, and not {found!r}"
    if kind == "unknown_name":
        known = fault["ctx"]["known"].split(", ")
        return str(fault["msg"]) + did_you_mean(fault["ctx"]["found"], known)
    if kind in _WORDS:
        return _WORDS[kind].format(**fault.get("ctx", {}))
    message = str(fault["msg"]).removeprefix("Value error, ")
    known_entities: Iterable[str] = entities.models() if "entities" in loc else ()
    return message + did_you_mean(str(found), known_entities)


def _model_at(loc: Sequence[str | int]) -> type[BaseModel]:
    """Return the model that refuses the last key of a place."""
    if len(loc) == 1:
        return Catalog
    return Files if "files" in loc[2:-1] else Source


def _rule(loc: Place) -> str:
    return next(rule for key, rule in _RULES.items() if key in loc)
