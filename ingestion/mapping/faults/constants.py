"""Finds constants that their field refuses."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from entities.base import Entity
from entities.declared.key_faults import message_of
from entities.values import to_text
from ingestion.event import Operation
from ingestion.mapping.faults.fault import Path, RuleFault
from ingestion.mapping.rules import Form
from ingestion.mapping.values.changes import CHANGES
from ingestion.mapping.values.value import RefusedValue

_STRICT = ConfigDict(strict=True, hide_input_in_errors=True)
_NO_LIST = "must be a list: add split, which makes a list of a text"
OPERATION: TypeAdapter[Any] = TypeAdapter(Operation)


def adapter_of_field(model: type[Entity], name: str) -> TypeAdapter[Any]:
    """Return what validates a value of one field as the model does."""
    return TypeAdapter(model.model_fields[name].rebuild_annotation(), config=_STRICT)


def constant_faults(path: Path, form: Form, adapter: TypeAdapter[Any]) -> Iterator[RuleFault]:
    """Yield the faults of a form's constants: const, the values of translate, and default.

    The form's formats must be valid. Null is no constant: it leaves the field out.
    """
    if form.const is not None:
        yield from _faults((*path, "const"), form.const, form, list(CHANGES), adapter)
    after_translate = list(CHANGES)[list(CHANGES).index("translate") + 1 :]
    for key, value in form.translate.items():
        yield from _faults((*path, "translate", key), value, form, after_translate, adapter)
    yield from _faults((*path, "default"), form.default, form, [], adapter)


def null_faults(path: Path, form: Form) -> Iterator[RuleFault]:
    """Yield the entries of `translate` that give null to a key which needs a value."""
    for key, value in form.translate.items():
        if value is None and form.default is None:
            message = "is empty, but a value is required: give it a value, or add a default"
            yield RuleFault((*path, "translate", key), message)


def _faults(
    path: Path, value: Any, form: Form, changes: list[str], adapter: TypeAdapter[Any]
) -> Iterator[RuleFault]:
    """Yield the fault of a constant that these changes or the field refuse."""
    if isinstance(value, Decimal) and Decimal(repr(float(value))) != value:
        # The build writes JSON numbers, which keep 15 digits.
        yield RuleFault(path, f"{value} has too many digits: put it in quotes")
        return
    try:
        final = _changed(value, form, changes)
        if final is not None:
            adapter.validate_python(final)
    except RefusedValue as error:
        yield RuleFault(path, f"{_shown(value)} is refused: {error}")
    except ValidationError as error:
        yield RuleFault(path, f"{_shown(final)} is refused: {_reasons(error)}")


def _changed(value: Any, form: Form, changes: list[str]) -> Any:
    for key in changes:
        change = CHANGES[key](form)
        if change and value is not None:
            value = change(value)
    return value


def _reasons(error: ValidationError) -> str:
    faults = error.errors(include_url=False)
    return "; ".join(
        dict.fromkeys(
            _NO_LIST if fault["type"] == "list_type" else message_of(fault, ()) for fault in faults
        )
    )


def _shown(value: Any) -> str:
    """Return a constant as YAML writes it, with quotes around a text."""
    return to_text(value) if isinstance(value, bool | int | Decimal) else repr(value)
