"""Compiles a rule's `time` and `operation`."""

from ingestion.event import Operation
from ingestion.mapping.forms import compile_value
from ingestion.mapping.refused import RefusedValue, kind
from ingestion.mapping.rules import EventTimeForm, Form
from ingestion.mapping.scope import CompiledValue, Evaluate, Scope
from ingestion.mapping.time_formats import compile_time
from ingestion.mapping.values import from_expression


def compile_event_time(time: str | EventTimeForm) -> CompiledValue:
    """Return what gives an event's time as text of fixed width.

    Raises BadExpression, and ValueError for a bad format.
    """
    form = EventTimeForm(value=time) if isinstance(time, str) else time
    given = from_expression(form.value)
    to_time = compile_time(form.format, form.zone)

    def evaluate(scope: Scope) -> str:
        value = given.evaluate(scope)
        if value is None:
            raise RefusedValue("is null: an event needs its time")
        return to_time(value)

    return CompiledValue(evaluate, given.describe)


def compile_operation(operation: Operation | Form) -> Evaluate:
    """Return what gives `upsert` or `delete`. Raises BadExpression, and ValueError."""
    if not isinstance(operation, Form):
        return lambda _: operation
    given = compile_value(operation)

    def evaluate(scope: Scope) -> str:
        value = given.evaluate(scope)
        if value not in ("upsert", "delete"):
            raise RefusedValue("must be upsert or delete")
        return str(value)

    return evaluate
