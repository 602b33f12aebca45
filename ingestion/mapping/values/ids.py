"""Compiles ids: texts made of the parts that a rule names."""

from collections.abc import Sequence
from typing import Any

from ingestion.mapping.expressions import compile_expression
from ingestion.mapping.values.value import CompiledValue, Evaluate, RefusedValue, exact_text, kind


def compile_id(parts: str | Sequence[str]) -> CompiledValue:
    """Return what makes an id. Two or more parts are escaped, and joined by `/`.

    Raises BadExpression.
    """
    texts = [parts] if isinstance(parts, str) else parts
    readers = [compile_expression(text).evaluate for text in texts]
    return CompiledValue(_id_reader(readers), lambda _: ", ".join(texts))


def _id_reader(readers: Sequence[Evaluate]) -> Evaluate:
    if len(readers) == 1:
        read = readers[0]
        return lambda scope: _id_text(read(scope))
    return lambda scope: join_id([read(scope) for read in readers])


def join_id(values: Sequence[Any]) -> str:
    """Return the id of one value, or of escaped values joined by `/`. Raises RefusedValue."""
    if len(values) == 1:
        return _id_text(values[0])
    return "/".join([_escaped(value, part) for part, value in enumerate(values, 1)])


def _id_text(value: Any, part: int = 0) -> str:
    """Return the text of an id, or of a part of one. Raises RefusedValue."""
    if value is None or value == "" or isinstance(value, bool | list | dict):
        place = f"part {part} " if part else ""
        raise RefusedValue(f"{place}is {kind(value)}: must be a text or a number")
    return exact_text(value)


def _escaped(value: Any, part: int) -> str:
    """Escape what separates parts, so that different parts never make the same id."""
    return _id_text(value, part).replace("%", "%25").replace("/", "%2F")
