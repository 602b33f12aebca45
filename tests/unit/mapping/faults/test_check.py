"""The faults of rules that are found before any payload arrives, and where."""

from typing import Any

import pytest

from ingestion.mapping.faults.check import RuleFault, key_names
from tests.unit.mapping.checked import VALID, faults, faults_of_field
from tests.unit.mapping.mapped import rule
from tests.unit.mapping.ocds import RULES


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(RULES, id="nested"),
        pytest.param([rule(fields=VALID), rule(fields=VALID)], id="two rules of an entity"),
        pytest.param([rule(operation="delete")], id="a delete needs no fields"),
        pytest.param(
            [
                rule(
                    each=["payload.rows", "item.lines"],
                    when="parents[1].kind == 'x'",
                    time={"value": "item.at", "format": "%d.%m.%Y", "zone": "Europe/Berlin"},
                    event_id=['headers."x-id"', "query.n"],
                    operation={
                        "value": "item.op",
                        "translate": {"D": "delete"},
                        "default": "upsert",
                    },
                    fields=VALID,
                )
            ],
            id="every key",
        ),
    ],
)
def test_valid_rules_have_no_fault(rules: Any) -> None:
    assert faults(*rules, ignore=("payload.kind == 'ping'",)) == []


@pytest.mark.parametrize(
    ("keys", "path", "place"),
    [
        ({"each": "itme.rows"}, ("each",), "each"),
        ({"each": ["payload.rows", "itme.lines"]}, ("each", 1), "each, entry 2"),
        ({"when": "itme.a"}, ("when",), "when"),
        ({"id": "itme.id"}, ("id",), "id"),
        ({"id": ["item.id", "itme.id"]}, ("id", 1), "id, entry 2"),
        ({"event_id": "itme.id"}, ("event_id",), "event_id"),
        ({"time": "itme.at"}, ("time",), "time"),
        ({"time": {"value": "itme.at"}}, ("time", "value"), "time.value"),
        ({"operation": {"value": "itme.op"}}, ("operation", "value"), "operation.value"),
    ],
)
def test_an_expression_that_does_not_compile(keys: Any, path: Any, place: str) -> None:
    (fault,) = faults(rule(fields=VALID), rule(**{"fields": VALID, **keys}))

    assert fault.path == ("map", 1, *path)
    assert fault.message.startswith(f"rule 2 (CONTRACT), {place}: position 0 of 'itme.")
    assert fault.message.endswith("""unknown name "itme"; did you mean "item"?""")


@pytest.mark.parametrize(
    ("form", "keys"),
    [
        ("item.[", ()),
        ({"value": "item.["}, ("value",)),
        ({"first": ["item.a", "item.["]}, ("first", 1)),
        ({"join": ["item.[", "item.a"]}, ("join", 0)),
        ({"id": "item.["}, ("id",)),
        ({"id": ["item.["]}, ("id", 0)),
    ],
)
def test_an_expression_of_a_field_that_does_not_compile(form: Any, keys: Any) -> None:
    (fault,) = faults_of_field(form)

    assert fault.path == ("map", 0, "fields", "contract_name", *keys)
    place = ", ".join(key_names(("contract_name", *keys)))
    assert fault.message == (
        f"rule 1 (CONTRACT), {place}: position 6 of 'item.[': the expression is not complete"
    )


def test_a_word_in_place_of_an_expression_may_be_a_constant() -> None:
    (fault,) = faults_of_field("goods", "contract_type")

    assert fault.message.startswith("rule 1 (CONTRACT), contract_type: position 0 of 'goods'")
    assert fault.message.endswith("; write {const: goods} for a constant")


def test_faults_of_ignore() -> None:
    assert [fault.path for fault in faults(ignore=("itme.a",))] == [("ignore",)]
    (fault,) = faults(ignore=("payload.a", "itme.a"))
    assert fault.path == ("ignore", 1)
    assert fault.message.startswith("ignore: position 0 of 'itme.a': ")


def test_an_entity_of_another_source() -> None:
    (fault,) = faults(rule(entity="CONTRACTS", fields=VALID))

    assert fault == (
        ("map", 0, "entity"),
        "rule 1 (CONTRACTS), entity: is no entity of ocds: use one of CONTRACT, MILESTONE; did you"
        ' mean "CONTRACT"?',
    )


def test_a_field_that_the_entity_lacks() -> None:
    (fault,) = faults_of_field_named("contract_nam")

    assert fault == (
        ("map", 0, "fields", "contract_nam"),
        "rule 1 (CONTRACT), contract_nam: CONTRACT has no field 'contract_nam': use one of"
        ' contract_name, contract_type, contract_status; did you mean "contract_name"?',
    )


def test_the_field_of_the_id() -> None:
    (fault,) = faults_of_field_named("contract_id")

    assert fault == (
        ("map", 0, "fields", "contract_id"),
        "rule 1 (CONTRACT), contract_id: the rule's id fills this field: remove it here",
    )


def faults_of_field_named(name: str) -> list[RuleFault]:
    return faults(rule(fields={**VALID, name: "item.a"}))


@pytest.mark.parametrize("operation", ["upsert", {"value": "item.op"}])
def test_required_fields_that_nothing_fills(operation: Any) -> None:
    fields = {"contract_type": {"const": "goods"}}
    (fault,) = faults(rule(fields=fields, operation=operation))

    assert fault == (
        ("map", 0, "fields"),
        "rule 1 (CONTRACT), fields: CONTRACT requires contract_name, contract_status: add each to"
        " fields",
    )


def test_every_fault_is_found_in_the_order_of_the_rules() -> None:
    broken = rule(id="itme.id", fields={"contract_nam": "itme.a", **VALID})

    found = faults(broken, rule(fields=VALID), broken, ignore=("itme",))

    assert [fault.path[:3] for fault in found] == [
        ("map", 0, "id"),
        ("map", 0, "fields"),
        ("map", 0, "fields"),
        ("map", 2, "id"),
        ("map", 2, "fields"),
        ("map", 2, "fields"),
        ("ignore",),
    ]


@pytest.mark.parametrize(
    ("keys", "path", "name"),
    [
        ({"id": "parent.x"}, ("id",), "parent"),
        ({"when": "item.a || parents[0].b"}, ("when",), "parents"),
        ({"each": "parent.rows"}, ("each",), "parent"),
        ({"each": ["payload.rows", "parents[1].lines"]}, ("each", 1), "parents[1]"),
        ({"each": "payload.rows", "id": "parents[1].x"}, ("id",), "parents[1]"),
        ({"each": ["payload.a", "item.b"], "time": "parents[-3].x"}, ("time",), "parents[-3]"),
        ({"operation": {"value": "parent.op"}}, ("operation", "value"), "parent"),
    ],
)
def test_a_parent_that_never_exists(keys: Any, path: Any, name: str) -> None:
    (fault,) = faults(rule(**{"fields": VALID, **keys}))

    assert fault.path == ("map", 0, *path)
    assert f": {name} in " in fault.message
    assert "is always null: " in fault.message


def test_ignore_has_no_parents() -> None:
    (fault,) = faults(ignore=("parent.a",))

    assert fault.message == (
        "ignore: parent in 'parent.a' is always null: without a step of each before it, the item is"
        " the payload"
    )


def test_parents_within_each_exist() -> None:
    steps = ["payload.rows", "parent.lines || item.lines", "item.parts"]
    valid = rule(each=steps, when="parents[-3].a == parents[2].a", id="parents[1].x", fields=VALID)

    assert faults(valid) == []


def test_fields_of_a_delete_are_refused() -> None:
    (fault,) = faults(rule(operation="delete", fields={"contract_name": "item.a"}))

    assert fault == (
        ("map", 0, "fields"),
        "rule 1 (CONTRACT), fields: are not read for a delete: remove fields",
    )


@pytest.mark.parametrize("key", ["translate", "empty"])
def test_a_key_without_entries_is_refused(key: str) -> None:
    (fault,) = faults_of_field({"value": "item.a", key: {} if key == "translate" else []})

    assert fault.path == ("map", 0, "fields", "contract_name", key)
    assert fault.message.endswith("must have at least one entry: add one, or remove it")
