"""Compares two records of an entity's schema, and finds the changes that break stored rows."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from entities.fields import MAX_ID_BYTES
from infra.tools.schemas.record import to_comparable

Json = dict[str, Any]

_KEEP = "keep the field, or name {field!r} in renamed_from of the field that replaces it"
_DEFAULT = "give the field a default; in YAML, remove required: true"
_WIDEN = "keep accepting the old values"
# Every value of the first type is a value of the second, stored in the same way.
_WIDER = {("EntityId", "string"), ("CalendarDate", "string"), ("UtcTime", "string")}
_IMPLIED = {
    "EntityId": {"minLength": 1, "maxLength": MAX_ID_BYTES},
    "CalendarDate": {"minLength": 10, "maxLength": 10},
    "UtcTime": {"minLength": 27, "maxLength": 27},
}
# The limits that become stricter as they fall, and as they rise. Any other limit must stay.
_UPPER = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxDigits", "decimalPlaces")
_LOWER = ("minLength", "minimum", "exclusiveMinimum", "minItems")
# An exclusive limit is at least as strict as the inclusive limit of the same value.
_STRICTER = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}
_NO_LIMITS = ("type", "values", "items")


class BreakingChange(NamedTuple):
    """A change that stored rows or senders may not fit, and what would be right instead."""

    entity: str
    field: str  # Empty for the entity as a whole.
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.entity}.{self.field}" if self.field else self.entity
        return f"{place}: {self.what}: {self.remedy}"


def breaking_changes(old: Json, new: Json | None) -> list[BreakingChange]:
    """Return the breaking changes between two records. `new` is None for a removed entity."""
    name = old["entity"]
    if new is None or new.get("removed"):
        if old.get("removed"):
            return []
        remedy = f"restore entities/{name.lower()}.py or {name.lower()}.yaml"
        return [BreakingChange(name, "", "the entity was removed", remedy)]
    changes = (*_lost_fields(old["fields"], new["fields"]), *_fields(old["fields"], new["fields"]))
    return [BreakingChange(name, *change) for change in changes]


Found = Iterator[tuple[str, str, str]]  # The field, what changed, and what would be right.


def _lost_fields(old: Json, new: Json) -> Found:
    """Yield the fields, and the earlier names of fields, whose values would not be read."""
    read = {*new, *(name for field in new.values() for name in field.get("renamed_from", []))}
    for name, field in old.items():
        if name not in read:
            yield name, "the field was removed or renamed", _KEEP.format(field=name)
        for earlier in field.get("renamed_from", []):
            if earlier not in read:
                remedy = f"name every earlier field in renamed_from, also {earlier!r}"
                yield name, f"rows that hold it as {earlier!r} are no longer read", remedy


def _fields(old: Json, new: Json) -> Found:
    """Yield what is stricter about each field of the new record."""
    for name, field in new.items():
        earlier = next((n for n in [name, *field.get("renamed_from", [])] if n in old), None)
        if earlier:
            yield from ((name, *found) for found in _stricter_field(old[earlier], field))
        elif field["required"]:
            yield name, "the new field is required", _DEFAULT


def _stricter_field(old: Json, new: Json) -> Iterator[tuple[str, str]]:
    is_newly_required = new["required"] and not old["required"]
    if is_newly_required:
        yield "the field became required", _DEFAULT
    if old.get("references") and new.get("references", old["references"]) != old["references"]:
        change = f"from {old['references']} to {new['references']}"
        yield f"the reference changed {change}", "add a field for the other reference"
    for accepted in old["types"]:
        # Null is never stored, so a default takes its place.
        if accepted["type"] == "null" and (not new["required"] or is_newly_required):
            continue
        yield from ((what, _WIDEN) for what in _narrowed(accepted, new["types"]))


def _narrowed(old: Json, types: list[Json]) -> list[str]:
    """Return what the most similar new type refuses of the old type's values."""
    alike = [new for new in types if new["type"] == old["type"]]
    alike += [new for new in types if (old["type"], new["type"]) in _WIDER]
    if not alike:
        accepted = " or ".join(new["type"] for new in types)
        return [f"the type changed from {old['type']} to {accepted}"]
    return min((list(_stricter_limits(old, new)) for new in alike), key=len)


def _stricter_limits(old: Json, new: Json) -> Iterator[str]:
    """Yield the limits of the new type that values of the old type may break."""
    if "values" in new:
        if "values" not in old:
            yield f"only {', '.join(map(repr, new['values']))} are accepted"
        for value in sorted(set(old.get("values", [])) - set(new["values"])):
            yield f"the value {value!r} was removed"
    for accepted in old.get("items", []):
        yield from (f"items: {what}" for what in _narrowed(accepted, new["items"]))
    old = _IMPLIED.get(old["type"], {}) | old
    for name in sorted(new.keys() - set(_NO_LIMITS)):
        before = old.get(name, old.get(_STRICTER.get(name, "")))
        if before is None:
            yield f"the limit {name} {new[name]!r} was added"
        elif _is_stricter(name, before, new[name]):
            yield f"the limit {name} changed from {before!r} to {new[name]!r}"


def _is_stricter(name: str, old: Any, new: Any) -> bool:
    if name in _UPPER:
        return bool(to_comparable(new) < to_comparable(old))
    if name in _LOWER:
        return bool(to_comparable(new) > to_comparable(old))
    return bool(new != old)
