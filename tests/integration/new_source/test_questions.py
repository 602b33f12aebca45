"""On a terminal `ingest source new` asks for what it guesses. Enter accepts a guess."""

import pytest

from entities.declared.yaml_file import read_yaml
from ingestion.cli.checkout import Checkout
from tests.integration.new_source.conftest import See, Write
from tests.support.factories import Json

ORDERS = {
    "sent": "2026-01-31T10:00:00Z",
    "orders": [{"id": 1, "code": "x", "changed": "2026-01-30T10:00:00Z"}],
}
NEW = ("source", "new", "shop", "--sample", "sample.json")


def rule_of(checkout: Checkout) -> Json:
    """Return the rule that was written, without its fields."""
    [rule] = read_yaml(checkout.catalog_file)["sources"]["shop"]["map"]
    return {key: value for key, value in rule.items() if key != "fields"}


def test_enter_accepts_every_guess(see: See, checkout: Checkout, write: Write) -> None:
    write("sample.json", ORDERS)

    shown = see(*NEW, typed="\n\n\n")

    assert shown.exit_code == 0, shown.text
    assert "Where are the items? Each item makes an event.\n" in shown.text
    assert "  1  payload.orders  1 item\n" in shown.text
    assert "Number or expression [payload.orders]: " in shown.text
    assert "Number or expression [item.id]: " in shown.text
    assert "Number or expression [item.changed]: " in shown.text
    assert rule_of(checkout) == {
        "entity": "SHOP",
        "each": "payload.orders",
        "id": "item.id",
        "time": "item.changed",
    }


def test_a_number_or_an_expression_chooses_another_one(
    see: See, checkout: Checkout, write: Write
) -> None:
    write("sample.json", ORDERS)

    shown = see(*NEW, typed="\nitem.code\n2\n")

    assert shown.exit_code == 0, shown.text
    assert rule_of(checkout) == {
        "entity": "SHOP",
        "each": "payload.orders",
        "id": "item.code",
        "time": "payload.sent",
    }


def test_the_payload_and_the_time_of_receipt_can_be_chosen(
    see: See, checkout: Checkout, write: Write
) -> None:
    write("sample.json", ORDERS)

    shown = see(*NEW, typed="2\npayload.sent\nreceived_at\n")

    assert shown.exit_code == 0, shown.text
    assert rule_of(checkout) == {"entity": "SHOP", "id": "payload.sent"}


def test_a_wrong_answer_is_explained_and_asked_again(
    see: See, checkout: Checkout, write: Write
) -> None:
    write("sample.json", ORDERS)

    shown = see(*NEW, typed="payload.order\n\nitem.nothing\n9\n\nitem.code\n\n")

    assert shown.exit_code == 0, shown.text
    assert "Error: --each payload.order: finds no item in the sample; name a list" in shown.text
    assert "Error: --id item.nothing is null in an item; choose a path that" in shown.text
    assert "Error: --id '9', position 0" in shown.text
    assert "Error: --time item.code: must be a time in each item" in shown.text
    assert rule_of(checkout)["id"] == "item.id"


def test_without_a_guess_an_answer_is_needed(see: See, checkout: Checkout, write: Write) -> None:
    write("sample.json", {"code": "x"})

    shown = see(*NEW, typed="\n1\n\n")

    assert shown.exit_code == 0, shown.text
    assert "Number or expression: " in shown.text
    assert rule_of(checkout) == {"entity": "SHOP", "id": "payload.code"}


def test_days_are_offered_after_the_time_of_receipt(
    see: See, checkout: Checkout, write: Write
) -> None:
    write("sample.json", {"id": "i-1", "issued": "2026-01-31"})

    shown = see(*NEW, typed="\n2\n")

    assert shown.exit_code == 0, shown.text
    assert "Number or expression [received_at]: " in shown.text
    assert rule_of(checkout)["time"] == {"value": "payload.issued", "format": "iso", "zone": "UTC"}


def test_a_note_never_makes_a_choice_longer_than_the_terminal(see: See, write: Write) -> None:
    write("sample.json", {"id": "i" * 200, "a" * 103: {"id": "x" * 200}})

    shown = see(*NEW, typed="\n\n")

    assert shown.exit_code == 0, shown.text
    assert f"  1  payload.id  {'i' * 40}\n" in shown.text
    assert f"  2  payload.{'a' * 103}.id\n" in shown.text


def test_a_required_field_that_nothing_fills_is_asked_for(
    see: See, checkout: Checkout, write: Write
) -> None:
    write("sample.json", {"id": "c-1", "name": "Turbines", "kind": "goods"})

    shown = see(*NEW, "--entity", "CONTRACT", typed="\n\npayload.kind\n'nothing'\n'active'\n")

    assert shown.exit_code == 0, shown.text
    assert "CONTRACT requires contract_type (use one of 'goods', 'works', 'services')" in shown.text
    assert "Error: --field contract_status: 'nothing' has a value that CONTRACT" in shown.text
    [rule] = read_yaml(checkout.catalog_file)["sources"]["shop"]["map"]
    assert rule["fields"] == {
        "contract_name": "payload.name",
        "contract_type": "payload.kind",
        "contract_status": {"const": "active"},
    }


@pytest.mark.parametrize("options", [("--yes",), ()], ids=["yes", "options"])
def test_options_and_yes_leave_no_question(
    see: See, write: Write, options: tuple[str, ...]
) -> None:
    write("sample.json", ORDERS)
    given = ("--each", "payload.orders", "--id", "item.id", "--time", "item.changed")

    shown = see(*NEW, *(options or given), typed="")

    assert shown.exit_code == 0, shown.text
    assert "Number or expression" not in shown.text
