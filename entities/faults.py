"""Where a file defines no valid entity, why, and which name its author may have meant."""

import builtins
import re
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from traceback import walk_tb

from pydantic.errors import PydanticUserError

from entities import NO_ENTITIES, base
from entities.base import Entity, InvalidField


def place_of_error(error: Exception, file: str, folders: Collection[str]) -> str:
    """Return the file and the line that raised an error, in the file itself or one it imports."""
    frames = walk_tb(error.__traceback__)
    raised = [(Path(frame.f_code.co_filename), line) for frame, line in frames]
    if isinstance(error, SyntaxError) and error.filename:
        raised.append((Path(error.filename), error.lineno or 1))
    for path, line in reversed(raised):
        if str(path.parent) in folders and path.stem not in NO_ENTITIES:
            if isinstance(error, InvalidField):
                line = _line_of(error.name, path, line) or line
            return f"entities/{path.name}:{line}"
    return f"entities/{file}.py"


def place_of_field(file: Path, model: type[Entity], field: str, key: str = "") -> str:
    """Return the file, the line and the name of a field, as the file's author writes the name.

    `key` is the one of a field in YAML that is wrong.
    """
    if file.suffix == ".yaml":
        from entities.declared.yaml_file import (
            Places,  # The functions' package has no such module.
        )

        keys = ("fields", field, key) if key else ("fields", field)
        line: int | None = Places(file.read_text(encoding="utf-8")).find_line(keys)
        name = ".".join(keys)
    else:
        line = _line_of(field, file)
        name = f"{model.__name__}.{field}"
    return f"entities/{file.name}:{line}: {name}" if line else f"entities/{file.name}: {name}"


def reason(error: Exception) -> str:
    """Return what is wrong in one line, without paths and addresses."""
    if isinstance(error, SyntaxError):
        return str(error.msg)
    if isinstance(error, ImportError):
        return str(error).partition(" (")[0] + _suggestion_for(error)
    if isinstance(error, NameError):
        return str(error) + _suggestion_for(error)
    if isinstance(error, TypeError | PydanticUserError):
        return str(error).partition("\n")[0]  # Below, pydantic adds an address.
    return f"{type(error).__name__}: {error}"


def closest_name(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known name that is closest to a word, whatever their case; None if none is."""
    from difflib import get_close_matches  # Here, because functions in AWS never need the module.

    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=cutoff)
    return by_lower[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return `; did you mean "x"?` with the known name that is closest to the word, or nothing.

    Case does not count: `contract` suggests `CONTRACT`.
    """
    close = closest_name(word, known, cutoff)
    return f'; did you mean "{close}"?' if close else ""


def _suggestion_for(error: ImportError | NameError) -> str:
    name = str(error.name)
    if isinstance(error, ModuleNotFoundError):
        return did_you_mean(name, {*sys.stdlib_module_names, *sys.modules}, cutoff=0.8)
    if isinstance(error, ImportError):
        imported = re.search(r"'(\w+)'", str(error))
        return did_you_mean(imported[1] if imported else "", dir(sys.modules.get(name)))
    if name in base.__all__:
        return f"; add `from entities.base import {name}`"
    *_, (frame, _) = walk_tb(error.__traceback__)  # The last frame raised the error.
    return did_you_mean(name, [*vars(builtins), *base.__all__, *frame.f_globals, *frame.f_locals])


def _line_of(name: str, file: Path, after: int = 0) -> int | None:
    """Return the line, after another one, that gives a field its type or its value."""
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    return next(
        (n for n, text in lines if n > after and re.match(rf"\s+{name}\s*[:=]", text)), None
    )
