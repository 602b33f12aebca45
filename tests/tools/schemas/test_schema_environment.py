"""A plan shows whether the rows of an environment fit the models."""

import json
from typing import Any

import pytest

from infra.tools.schemas.environment import require_compatible, unaccepted
from infra.tools.schemas.files import SchemaRefused

Json = dict[str, Any]
TEXT, NUMBER = {"type": "string"}, {"type": "Number"}
FIELDS = {"size": TEXT, "zone": TEXT}


def record(fields: Json, *accepted: str, **further: Any) -> Json:
    """Return the record of PUMP. `accepted` names the fields of accepted breaking changes."""
    types = {name: {"required": False, "types": [kind]} for name, kind in fields.items()}
    reasons = [{"field": name, "change": "removed", "reason": "unused"} for name in accepted]
    return {"entity": "PUMP", "fields": types, "breaking": reasons} | further


def plan(before: Json | None, after: Json | None, **further: Any) -> Json:
    """Return a plan that replaces the schemas of the environment."""
    contents = [{"content": json.dumps(found)} if found else None for found in (before, after)]
    change = dict(zip(("before", "after"), contents, strict=True))
    schemas = {"address": "module.schemas.aws_s3_object.this", "change": change}
    return {"resource_changes": [schemas | further]}


def is_compatible(plan: Json) -> bool:
    try:
        require_compatible(plan)
    except SchemaRefused:
        return False
    return True


def lost(old: Json, new: Json) -> list[str]:
    return [change.field for change in unaccepted({"PUMP": old}, {"PUMP": new})]


def test_a_breaking_change_is_refused_with_what_would_be_right() -> None:
    broken = plan({"PUMP": record(FIELDS)}, {"PUMP": record({"size": NUMBER})})

    with pytest.raises(SchemaRefused) as refused:
        require_compatible(broken)

    said = str(refused.value)
    assert "- PUMP.zone: the field was removed or renamed: keep the field" in said
    assert "- PUMP.size: the type changed from string to Number" in said
    assert "Nothing was applied" in said
    assert 'make schemas BREAKING=1 REASON="…"' in said


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(None, {"PUMP": record({})}, id="the first apply"),
        pytest.param({"PUMP": record(FIELDS)}, None, id="a destroy"),
        pytest.param({"PUMP": record(FIELDS)}, {"PUMP": record(FIELDS)}, id="no change"),
        pytest.param({}, {"PUMP": record(FIELDS)}, id="a new entity"),
    ],
)
def test_nothing_is_refused_without_a_breaking_change(before: Any, after: Any) -> None:
    assert is_compatible(plan(before, after))


def test_another_resource_and_an_empty_plan_are_not_compared() -> None:
    assert is_compatible(plan({"PUMP": record(FIELDS)}, {}, address="module.package.other"))
    assert is_compatible({})


def test_a_change_that_the_record_accepts_is_applied_once() -> None:
    first, second = record(FIELDS), record({"zone": TEXT}, "size")
    again = record(FIELDS, "size")

    assert lost(first, second) == []
    assert lost(again, second) == ["size"]


def test_accepting_one_field_does_not_accept_another() -> None:
    assert lost(record(FIELDS), record({}, "size")) == ["zone"]


def test_an_environment_that_is_several_changes_behind_is_applied() -> None:
    assert lost(record(FIELDS), record({}, "size", "zone")) == []
    assert lost(record(FIELDS, "old"), record({}, "old", "zone", "size")) == []


def test_an_entity_may_be_removed_only_with_a_record_that_accepts_the_removal() -> None:
    old = record(FIELDS)
    removed = record(FIELDS, removed=True)

    assert [change.field for change in unaccepted({"PUMP": old}, {})] == [""]
    assert lost(old, removed) == [""]
    assert lost(old, record(FIELDS, "", removed=True)) == []
    assert lost(removed, removed) == []
