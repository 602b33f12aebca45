"""Makes the models of all files in this folder, and checks that they fit together."""

import json
import re
from importlib import import_module
from pathlib import Path

import entities
from entities import InvalidEntity
from entities.base import MAX_NAME_CHARACTERS, Entity
from entities.faults import did_you_mean, place_of_error, place_of_field, reason

ENTITY_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{MAX_NAME_CHARACTERS - 1}}}")
ENTITY_NAME_RULE = (
    "an entity's name holds only a-z, 0-9 and _, begins with one of a-z, and has at most"
    f" {MAX_NAME_CHARACTERS} characters"
)


def load_models(files: dict[str, Path]) -> dict[str, type[Entity]]:
    """Return the model of each entity from its file.

    Raises InvalidEntity if a file does not define its entity, or if a reference names no entity.
    """
    found = {name: _model_in(file) for name, file in files.items()}
    for name, model in found.items():
        for field, target in model.references().items():
            if target not in found:
                raise InvalidEntity(
                    f"{place_of_field(files[name], model, field, 'to')}: no entity is named"
                    f' "{target}": use one of {", ".join(found)}{did_you_mean(target, found)}'
                )
            if others := [other for other in found.values() if not other.holds_id(field)]:
                file = files[others[0].entity_name]
                in_yaml = f"{{type: reference, to: {target}}}"
                right = in_yaml if file.suffix == ".yaml" else "EntityId or EntityId | None"
                raise InvalidEntity(
                    f"{place_of_field(file, others[0], field)}: must be {right}, because"
                    f" {name}.{field} is a reference and both share one index"
                )
    return found


def _model_in(file: Path) -> type[Entity]:
    if not ENTITY_NAME.fullmatch(file.stem):
        raise InvalidEntity(f"entities/{file.name}: rename the file: {ENTITY_NAME_RULE}")
    match file.suffix:
        case ".py":
            return _imported(file)
        case ".yaml":
            from entities.declared.yaml_model import model_in_yaml  # No function has it.

            return model_in_yaml(file)
    from entities.declared.model import make_model

    try:
        return make_model(file.stem, **json.loads(file.read_bytes()))
    except (TypeError, ValueError) as error:
        text = "delete the file: only the build of a package writes entities as JSON"
        raise InvalidEntity(f"entities/{file.name}: {text}") from error


def _imported(file: Path) -> type[Entity]:
    try:
        module = import_module(f"entities.{file.stem}")
    except Exception as error:  # The file is the user's code, which may raise anything.
        place = place_of_error(error, file.stem, entities.__path__)
        raise InvalidEntity(f"{place}: {reason(error)}") from error
    classes = [found for found in vars(module).values() if isinstance(found, type)]
    own = [found for found in classes if found.__module__ == module.__name__]
    defined = [found for found in own if issubclass(found, Entity)]
    names = [model.entity_name for model in defined]
    if names != [file.stem.upper()]:
        raise InvalidEntity(
            f"entities/{file.name}: must define one Entity whose entity_name is"
            f" {file.stem.upper()!r}, and defines {', '.join(names) or 'none'}"
        )
    return defined[0]
