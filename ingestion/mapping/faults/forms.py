"""Finds formats and zones that are wrong, and keys of a form that do not fit together."""

from collections.abc import Iterator

from ingestion.mapping.faults.fault import Path, RuleFault
from ingestion.mapping.rules import EventTimeForm, Form
from ingestion.mapping.values.changes import CHANGES
from ingestion.mapping.values.readers.time_formats import compile_time

# By key: the keys that give it a meaning. It needs one of them.
_NEEDS = {"with_": ("join",), "zone": ("date", "time"), "output": ("time",), "take": ("split",)}
_ANY_ZONE = {"zone": "UTC"}


def form_faults(path: Path, form: Form) -> Iterator[RuleFault]:
    """Yield the faults of a form's keys."""
    zone_faults = list(_zone_faults(path, form.zone))
    yield from zone_faults
    yield from _misfits(path, form)
    form = form.model_copy(update=_ANY_ZONE) if zone_faults else form
    for key, compiler in CHANGES.items():
        try:
            compiler(form)
        except ValueError as error:
            yield RuleFault((*path, key), str(error))


def time_faults(time: EventTimeForm) -> Iterator[RuleFault]:
    """Yield the faults of the time of a rule's events."""
    zone_faults = list(_zone_faults(("time",), time.zone))
    yield from zone_faults
    try:
        compile_time(time.format, "UTC" if zone_faults else time.zone)
    except ValueError as error:
        yield RuleFault(("time", "format"), str(error))


def _zone_faults(path: Path, zone: str | None) -> Iterator[RuleFault]:
    try:
        compile_time("rfc3339", zone)
    except ValueError as error:
        yield RuleFault((*path, "zone"), str(error))


def _misfits(path: Path, form: Form) -> Iterator[RuleFault]:
    for key, needed in _NEEDS.items():
        default = Form.model_fields[key].default
        if getattr(form, key) != default and all(getattr(form, other) is None for other in needed):
            name = key.rstrip("_")
            others = " or ".join(needed)
            yield RuleFault((*path, name), f"needs {others}: add {others}, or remove {name}")
    if form.date is not None and form.time is not None:
        yield RuleFault(
            (*path, "time"), "cannot stand beside date: write date for a day, time for a time"
        )
