"""The entities of the platform: each file of this folder defines one entity, in Python or in YAML.

`base` defines the base class, `fields` the types of fields, `values` the text of a value. The
folder `declared` reads YAML. `model_files` makes the models of all files, and `faults` says what is
wrong in a file. Code with I/O belongs elsewhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # Completing a word in a shell imports this module, and no pydantic.
    from entities.base import Entity

_MODULES = ("__init__", "base", "faults", "fields", "model_files", "times", "values")
# The names that no entity may have, and what has them in this folder.
NO_ENTITIES = {name: f"{name}.py" for name in _MODULES} | {"declared": "declared/"}
_SUFFIXES = (".py", ".yaml", ".json")  # The functions' package has JSON in place of YAML.


class InvalidEntity(TypeError):
    """A file of this folder defines no valid entity. The message names the file and the line."""


class Reference(NamedTuple):
    """`field` of `entity_name` holds the id of a `target`."""

    entity_name: str
    field: str
    target: str


@cache
def models() -> "dict[str, type[Entity]]":
    """Return every entity model by its name.

    Raises InvalidEntity if a file does not define its entity, or if a reference names no entity.
    """
    from entities.model_files import load_models

    return load_models(entity_files())


@contextmanager
def with_model(model: "type[Entity]") -> Iterator[None]:
    """Add a model that no file defines yet, within the block: a draft is tried before its file."""
    models()[model.entity_name] = model
    try:
        yield
    finally:
        del models()[model.entity_name]


def entity_files() -> dict[str, Path]:
    """Return the file of each entity by the entity's name, in order.

    Raises InvalidEntity if two files define one entity, or if a YAML file ends in `.yml`.
    """
    files = [file for folder in __path__ for file in Path(folder).glob("[!.]*.*")]
    found: dict[str, Path] = {}
    for file in sorted(files, key=lambda file: (file.suffix != ".py", file)):
        if file.suffix.lower() in (".yml", ".yaml") and file.suffix != ".yaml":
            raise InvalidEntity(f"entities/{file.name}: rename the file to {file.stem}.yaml")
        if file.suffix in _SUFFIXES and file.name not in NO_ENTITIES.values():
            other = found.setdefault(file.stem.upper(), file).name
            other = NO_ENTITIES.get(file.stem, other)
            if other != file.name:
                raise InvalidEntity(
                    f"entities/{file.name}: entities/{other} has the same name:"
                    " rename or delete one of the files"
                )
    return dict(sorted(found.items()))


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
