"""Compiles a rule's `time` and `operation`."""

from collections.abc import Callable

from ingestion.event import Operation
from ingestion.mapping.rules import EventTimeForm, Form
from ingestion.mapping.values.forms import compile_value
from ingestion.mapping.values.given import from_expression
from ingestion.mapping.values.readers.time_formats import compile_time
from ingestion.mapping.values.value import CompiledValue, RefusedValue, Scope, refusing


def compile_event_time(form: EventTimeForm) -> CompiledValue:
    """Return what gives an event's time as text of fixed width.

    Raises BadExpression, and ValueError for a bad format.
    """
    given = from_expression(form.value)
    to_time = refusing(compile_time(form.format, form.zone))

    def evaluate(scope: Scope) -> str:
        value = given.evaluate(scope)
        if value is None:
            raise RefusedValue("is null: an event needs its time")
        return to_time(value)

    return CompiledValue(evaluate, given.describe)


def compile_operation(operation: Operation | Form) -> Callable[[Scope], Operation]:
    """Return what gives the operation. Raises BadExpression, and ValueError for a bad format."""
    if not isinstance(operation, Form):
        return lambda _: operation
    given = compile_value(operation)

    def evaluate(scope: Scope) -> Operation:
        match given.evaluate(scope):
            case "upsert":
                return "upsert"
            case "delete":
                return "delete"
        raise RefusedValue("must be upsert or delete")

    return evaluate
