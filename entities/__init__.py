"""The entities of the platform: each file of this folder defines one entity.

`base` defines the base class, `fields` the types of fields, and `values` the text of a value. Code
with I/O belongs elsewhere.
"""

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

from entities.base import MAX_NAME_CHARACTERS, STORABLE, Entity

_NO_ENTITIES = ("base", "fields", "values")  # Modules that define no entity.


class InvalidEntity(TypeError):
    """A file of this folder defines no valid entity. The message names the file and the line."""


class Reference(NamedTuple):
    """`field` of `entity_name` holds the id of a `target`."""

    entity_name: str
    field: str
    target: str


@cache
def models() -> dict[str, type[Entity]]:
    """Return every entity model by its name.

    Raises InvalidEntity if a file does not define its entity, or if a reference names no entity.
    """
    files = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = {name.upper(): _model_of(name) for name in files if name not in _NO_ENTITIES}
    for model in found.values():
        for field, target in model.references().items():
            if target not in found:
                raise InvalidEntity(
                    f"{_place_of(model, field)}: {model.__name__}.{field} references {target!r}:"
                    f" use one of {', '.join(found)}"
                )
            if others := [other for other in found.values() if not other.holds_id(field)]:
                raise InvalidEntity(
                    f"{_place_of(others[0], field)}: {others[0].__name__}.{field} must be EntityId"
                    f" or EntityId | None, because {model.__name__}.{field} is a reference and both"
                    " share one index"
                )
    return found


def references() -> list[Reference]:
    """Return every field that holds another entity's id, in order."""
    return [
        Reference(name, field, target)
        for name, model in models().items()
        for field, target in sorted(model.references().items())
    ]


def reference_fields() -> list[str]:
    """Return the names of all reference fields. The table has an index for each name."""
    return sorted({reference.field for reference in references()})


def _model_of(file: str) -> type[Entity]:
    try:
        module = import_module(f"entities.{file}")
    except Exception as error:
        raise InvalidEntity(f"{_place_in_file(error, file)}: {_reason(error)}") from error
    classes = [found for found in vars(module).values() if isinstance(found, type)]
    own = [found for found in classes if found.__module__ == module.__name__]
    defined = [found for found in own if issubclass(found, Entity)]
    names = [model.entity_name for model in defined]
    if names != [file.upper()] or len(file) > MAX_NAME_CHARACTERS:
        raise InvalidEntity(
            f"entities/{file}.py: must define one Entity whose entity_name is {file.upper()!r}"
            f" (at most {MAX_NAME_CHARACTERS} characters), and defines {', '.join(names) or 'none'}"
        )
    return defined[0]


def _place_in_file(error: Exception, file: str) -> str:
    """Return the file and the line that raised an error, in the file itself or one it imports."""
    raised = []
    traceback = error.__traceback__
    while traceback:
        raised.append((Path(traceback.tb_frame.f_code.co_filename), traceback.tb_lineno))
        traceback = traceback.tb_next
    if isinstance(error, SyntaxError) and error.filename:
        raised.append((Path(error.filename), error.lineno or 1))
    for path, line in reversed(raised):
        if str(path.parent) in __path__ and path.stem not in ("__init__", *_NO_ENTITIES):
            return f"entities/{path.name}:{line}"
    return f"entities/{file}.py"


def _reason(error: Exception) -> str:
    if isinstance(error, PydanticSchemaGenerationError):
        return f"the type of a field cannot be stored: use {STORABLE}"
    if isinstance(error, SyntaxError):
        return str(error.msg)
    if isinstance(error, TypeError | ImportError | NameError | PydanticUserError):
        return str(error).partition("\n")[0]  # Below, pydantic adds an address.
    return f"{type(error).__name__}: {error}"


def _place_of(model: type[Entity], field: str) -> str:
    """Return the file and the line of a field."""
    path = Path(str(import_module(model.__module__).__file__))
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    found = [number for number, line in lines if line.lstrip().startswith(f"{field}:")]
    return ":".join(["entities/" + path.name, *map(str, found[:1])])
