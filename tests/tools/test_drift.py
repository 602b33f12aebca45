"""What a plan says of drift: who changed what, and no value of it."""

from typing import Any

from infra.tools.deploy.drift import read


def resource(address: str, *actions: str, before: Any = None, after: Any = None) -> dict[str, Any]:
    change = {"actions": list(actions), "before": before, "after": after}
    return {"address": address, "mode": "managed", "change": change}


def test_a_plan_that_changes_nothing_is_no_drift() -> None:
    plan = {
        "resource_changes": [resource("queue", "no-op")],
        "output_changes": {"api_url": {"actions": ["no-op"]}},
    }

    assert read(plan).is_none


def test_what_others_changed_is_told_from_what_is_not_applied() -> None:
    plan = {
        "resource_drift": [resource("queue", "update", before={"a": 1}, after={"a": 2})],
        "resource_changes": [
            resource("queue", "update", before={"a": 2}, after={"a": 1}),
            resource("topic", "create", after={"name": "t"}),
            resource("table", "delete", "create", before={"name": "t"}, after={"name": "u"}),
        ],
        "output_changes": {"api_url": {"actions": ["create"]}},
    }

    drift = read(plan)

    assert drift.outside == ["queue: update (a)"]
    assert drift.unapplied == ["topic: create", "table: delete and create", "output api_url"]
    assert not drift.is_none


def test_what_was_deleted_by_others_is_drift() -> None:
    plan = {
        "resource_drift": [resource("queue", "delete", before={"name": "q"})],
        "resource_changes": [resource("queue", "create", after={"name": "q"})],
    }

    assert read(plan).outside == ["queue: delete"]


def test_what_the_code_leaves_open_is_told_and_is_no_drift() -> None:
    plan = {
        "resource_drift": [resource("stage", "update", before={"log": None}, after={"log": [{}]})],
        "resource_changes": [resource("stage", "no-op")],
    }

    drift = read(plan)

    assert drift.is_none
    assert drift.open == ["stage: update (log)"]


def test_no_value_is_told() -> None:
    secret = resource("key", "update", before={"value": "old-secret"}, after={"value": "new"})

    drift = read({"resource_drift": [secret], "resource_changes": [secret]})

    assert drift.outside == ["key: update (value)"]


def test_what_is_only_read_is_no_drift() -> None:
    data = resource("data.region", "read", after={"id": "x"}) | {"mode": "data"}

    assert read({"resource_changes": [data]}).is_none


def test_another_way_to_write_nothing_is_no_change() -> None:
    noise = resource("group", "update", before={"tags": None}, after={"tags": {}})
    told = resource("queue", "update", before={"on": True, "n": 0}, after={"on": False, "n": None})

    drift = read({"resource_drift": [noise, told], "resource_changes": [told]})

    assert drift.outside == ["queue: update (n, on)"]
    assert drift.open == []
