"""The entities of the platform: each file of this folder defines one entity.

`base` defines the base class, `fields` the types of fields, `values` the text of a value, and
`faults` says what is wrong in a file. Code with I/O belongs elsewhere.
"""

import pkgutil
from functools import cache
from importlib import import_module
from typing import NamedTuple

from entities.base import MAX_NAME_CHARACTERS, Entity
from entities.faults import NO_ENTITIES, did_you_mean, place_of_error, place_of_field, reason


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
    found = {name.upper(): _model_of(name) for name in files if name not in NO_ENTITIES}
    for model in found.values():
        for field, target in model.references().items():
            if target not in found:
                raise InvalidEntity(
                    f"{place_of_field(model, field)}: {model.__name__}.{field} references"
                    f" {target!r}: use one of {', '.join(found)}{did_you_mean(target, found)}"
                )
            if others := [other for other in found.values() if not other.holds_id(field)]:
                raise InvalidEntity(
                    f"{place_of_field(others[0], field)}: {others[0].__name__}.{field} must be"
                    f" EntityId or EntityId | None, because {model.__name__}.{field} is a"
                    " reference and both share one index"
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
    except Exception as error:  # The file is the user's code, which may raise anything.
        place = place_of_error(error, file, __path__)
        raise InvalidEntity(f"{place}: {reason(error)}") from error
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
