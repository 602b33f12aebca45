"""Reads an entity from its YAML file, and says in words and with the line what is wrong in it."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from entities import InvalidEntity
from entities.base import Entity, InvalidField
from entities.declared.declaration import RULE_OF_KEY, EntityDeclaration, FieldDeclaration, model_of
from entities.declared.key_faults import message_of
from entities.declared.yaml_file import BadYaml, Places, parse_yaml
from entities.values import to_text


def model_in_yaml(file: Path) -> type[Entity]:
    """Return the model that a file declares. Raises InvalidEntity with a line for each fault."""
    name = f"entities/{file.name}"
    try:
        text = file.read_text(encoding="utf-8")
        return model_of(file.stem, parse_yaml(text))
    except BadYaml as error:
        place = f"{name}:{error.line}" if error.line else name
        raise InvalidEntity(f"{place}: {error.problem}") from error
    except UnicodeDecodeError as error:
        reason = f"is not UTF-8: {error.reason} at byte {error.start}"
        raise InvalidEntity(f"{name}: {reason}") from error
    except OSError as error:
        raise InvalidEntity(f"{name}: {error.strerror}") from error
    except InvalidField as error:
        line = Places(text).find_line(("fields", error.name, error.key))
        keys = f"fields.{error.name}" + ("." if error.key else ": ")
        raise InvalidEntity(f"{name}:{line}: {keys}{error.rule}") from error
    except ValidationError as error:
        faults = error.errors(include_url=False)
        faults.sort(key=lambda fault: fault["type"] == "missing")  # A misspelt key explains it.
        places = Places(text)
        raise InvalidEntity("\n".join(f"{name}:{_describe(f, places)}" for f in faults)) from error


def _describe(fault: Any, places: Places) -> str:
    """Return the line, the keys and the message of one of pydantic's errors."""
    is_key = fault["loc"][-1:] == ("[key]",)  # The key itself is wrong, and may be a number.
    keys = [key for key in fault["loc"] if key != "[key]"]
    if is_key:
        keys[-1] = to_text(fault["input"])
    model = FieldDeclaration if len(keys) > 2 else EntityDeclaration
    message = message_of(fault, list(model.model_fields))
    if fault["type"] == "model_type":
        message += ", such as {type: text}" if keys else ": description and fields"
    if fault["type"] == RULE_OF_KEY:
        keys.append(fault["ctx"]["key"])
    named = "".join(f".{key}" if isinstance(key, str) else f", item {key + 1}" for key in keys)
    line = places.find_line(keys)
    return f"{line}: {named[1:]}: {message}" if named else f"{line}: {message}"
