"""Where a file defines no valid entity, why, and which name its author may have meant."""

import builtins
import re
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from types import FrameType

from pydantic.errors import PydanticUserError

from entities import base
from entities.base import Entity, InvalidField

NO_ENTITIES = ("base", "faults", "fields", "values")  # Modules that define no entity.


def place_of_error(error: Exception, file: str, folders: Collection[str]) -> str:
    """Return the file and the line that raised an error, in the file itself or one it imports."""
    raised = [(Path(frame.f_code.co_filename), line) for frame, line in _frames(error)]
    if isinstance(error, SyntaxError) and error.filename:
        raised.append((Path(error.filename), error.lineno or 1))
    for path, line in reversed(raised):
        if str(path.parent) in folders and path.stem not in ("__init__", *NO_ENTITIES):
            if isinstance(error, InvalidField):
                line = _line_of(error.name, path, line) or line
            return f"entities/{path.name}:{line}"
    return f"entities/{file}.py"


def place_of_field(model: type[Entity], field: str) -> str:
    """Return the file and the line of a field."""
    path = Path(str(sys.modules[model.__module__].__file__))
    line = _line_of(field, path)
    return f"entities/{path.name}:{line}" if line else f"entities/{path.name}"


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


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return `; did you mean 'x'?` with the known name that is closest to the word, or nothing."""
    from difflib import get_close_matches  # Here, because functions in AWS never need the module.

    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=cutoff)
    return f"; did you mean {by_lower[found[0]]!r}?" if found else ""


def _suggestion_for(error: ImportError | NameError) -> str:
    name = str(error.name)
    if isinstance(error, ModuleNotFoundError):
        return did_you_mean(name, {*sys.stdlib_module_names, *sys.modules}, cutoff=0.8)
    if isinstance(error, ImportError):
        imported = re.search(r"'(\w+)'", str(error))
        return did_you_mean(imported[1] if imported else "", dir(sys.modules.get(name)))
    if name in base.__all__:
        return f"; add `from entities.base import {name}`"
    frame, _ = _frames(error)[-1]
    return did_you_mean(name, [*vars(builtins), *base.__all__, *frame.f_globals, *frame.f_locals])


def _frames(error: Exception) -> list[tuple[FrameType, int]]:
    """Return the frames of an error with their lines. The last one raised it."""
    frames = []
    traceback = error.__traceback__
    while traceback:
        frames.append((traceback.tb_frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    return frames


def _line_of(name: str, file: Path, after: int = 0) -> int | None:
    """Return the line, after another one, that gives a field its type or its value."""
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    return next(
        (n for n, text in lines if n > after and re.match(rf"\s+{name}\s*[:=]", text)), None
    )
