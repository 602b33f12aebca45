"""The entities of the platform: one file each, found by their presence."""

import pkgutil
from functools import cache
from importlib import import_module

from entities.base import MAX_NAME_CHARACTERS, Entity


@cache
def models() -> dict[str, type[Entity]]:
    """Every entity model by its name. Raises TypeError where a file and its model disagree."""
    files = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name.upper(): _model_of(name) for name in files if name != "base"}


def _model_of(file: str) -> type[Entity]:
    module = import_module(f"entities.{file}")
    defined = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Entity)
        and value.__module__ == module.__name__
    ]
    if (
        len(defined) != 1
        or defined[0].entity_name != file.upper()
        or len(file) > MAX_NAME_CHARACTERS
    ):
        raise TypeError(
            f"entities/{file}.py must define one Entity whose entity_name is {file.upper()!r}"
            f" (at most {MAX_NAME_CHARACTERS} characters)"
        )
    return defined[0]
