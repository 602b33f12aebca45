"""A wrong rule of a catalog is refused with the line, the rule, and what would be right."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import load_catalog
from tests.unit.cli.catalog.catalogs import MAPPED, RULE_1, RULE_2, refusal

FORM_KEYS = (
    "value, const, first, join, with, id, empty, translate, number, date, time, zone, output,"
    " split, take, text, default, optional"
)


EXPRESSION_OR_FORM = "must be an expression, or a form with one of value, const, first, join and id"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("item.no", "5", f"8: {RULE_1}, id: must be an expression or a list of expressions"),
        ("item.no", "{value: item.no}", f"8: {RULE_1}, id: must be an expression or a list of"
         " expressions"),
        ("id: item.no", "idd: item.no", f"8: {RULE_1}, idd: unknown key: use one of entity, each,"
         ' when, id, time, event_id, operation, fields, optional; did you mean "id"?\n'
         f"config/sources.yaml:7: {RULE_1}, id: this key is missing"),
        ("[item.a, item.b]", "[item.a, 5]", f"11: {RULE_2}, id, entry 2: must be text: put a"
         " number, true, false or null in quotes"),
        ("[item.a, item.b]", "[]", f"11: {RULE_2}, id: must not be empty"),
        ("format", "fromat", f"12: {RULE_2}, time.fromat: unknown key: use one of value, format,"
         ' zone; did you mean "format"?'),
        ("format: epoch_s", "format: 5", f"12: {RULE_2}, time.format: must be a format or a list of"
         " formats"),
        ("fields:", "operation: remove\n        fields:", f"13: {RULE_2}, operation: must be upsert"
         " or delete"),
        ("item.title", "5", f"14: {RULE_2}, contract_name: {EXPRESSION_OR_FORM}"),
        ("item.title", "&item", f"14: {RULE_2}, contract_name: {EXPRESSION_OR_FORM}: it is"
         " empty; put an expression that begins with & in quotes"),
        ("item.title", "[payload.a]", f"14: {RULE_2}, contract_name: {EXPRESSION_OR_FORM}; put an"
         " expression that begins with [ in quotes"),
        ("item.title", "{a: payload.b}", f"14: {RULE_2}, contract_name.a: unknown key: use one of"
         f" {FORM_KEYS}; put an expression that begins with {{ in quotes"),
        ("item.title", "'a' || payload.b", "14: put an expression that begins with one of [ { ! @"),
        ("item.title", "|| payload.b", "14: put an expression that begins with one of [ { ! @ & *"),
        ("item.title", "{valeu: x}", f"14: {RULE_2}, contract_name.valeu: unknown key: use"
         f' one of {FORM_KEYS}; did you mean "value"?'),
        ("item.title", "{}", f"14: {RULE_2}, contract_name: must have exactly one of value,"
         " const, first, join, id: it has none"),
        ("item.title", "{value: x, const: y}", f"14: {RULE_2}, contract_name: must have"
         " exactly one of value, const, first, join, id: it has value, const"),
        ("item.title", "{value: x, number: {scal: 2}}", f"14: {RULE_2}, contract_name.number"
         '.scal: unknown key: use one of decimal, thousands, scale, trailing_minus; did you mean'
         ' "scale"?'),
        ("item.title", "{value: x, translate: {a: [b]}}", f"14: {RULE_2}, contract_name"
         ".translate.a: must be a text, a number, true or false"),
        ("item.title", "{const: 0.12345678901234567890}", f"14: {RULE_2}, contract_name"
         ".const: 0.12345678901234567890 has too many digits: put it in quotes"),
        ("item.title", "{value: join(a, b)}", f"14: {RULE_2}, contract_name.b): unknown key: use"
         f" one of {FORM_KEYS}; a comma ends a text inside [ ] or {{ }}: put the expression in"
         " quotes"),
        ("item.title", "{first: [join(a, b)]}", f"14: {RULE_2}, contract_name.first, entry 1:"
         " position 6 of 'join(a': the expression is not complete; a comma ends a text inside [ ]"
         " or { }: put the expression in quotes"),
        ("item.title", "item..title", f"14: {RULE_2}, contract_name: position 5 of 'item..title':"
         ' unexpected "."'),
        ("contract_name:", "contract_nam:", f"14: {RULE_2}, contract_nam: CONTRACT has no field"
         " 'contract_nam': use one of"),
        ("entity: CONTRACT", "entity: CONTRACTS", "7: s, rule 1 (CONTRACTS), entity: is no entity"
         ' of s: use one of CONTRACT; did you mean "CONTRACT"?'),
        ("    map:", "    ignore: [payload.a = 'x']\n    map:", "6: s, ignore: position 10 of"
         " \"payload.a = 'x'\": write"),
        ("item.title", "{value: x, text: yes}", f"14: {RULE_2}, contract_name.text: must be"
         " true or false"),
        ("item.title", "x" * 1001, f"14: {RULE_2}, contract_name: must have at most 1000"
         " characters"),
        ("  - entity: CONTRACT\n        id: item.no\n        operation: delete", "  - 5", "7: s,"
         " rule 1: must be keys with values"),
        ("    map:", "    ignore: 5\n    map:", "6: s.ignore: must be an expression or a list of"
         " expressions"),
        ("    map:", "    form: {jsn: x}\n    map:", "6: s.form.jsn: unknown key: use one of json;"
         ' did you mean "json"?\nconfig/sources.yaml:6: s.form.json: this key is missing'),
        ("    map:", "    files:\n      key: [a]\n    map:", "7: s: files.key cannot stand"
         " beside map: write rules of map instead of files.key"),
    ],
)  # fmt: skip
def test_a_fault_of_a_rule_is_named_by_line_rule_and_key(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    text = MAPPED.replace(before, after, 1)

    assert refusal(tmp_path, text).startswith(f"config/sources.yaml:{message}")


def test_a_value_of_translate_may_be_null(tmp_path: Path) -> None:
    values = "{value: item.title, translate: {a: , b: x}, default: y}"
    text = MAPPED.replace("contract_name: item.title", f"contract_name: {values}")
    checkout = Checkout(tmp_path)
    checkout.catalog_file.parent.mkdir()
    checkout.catalog_file.write_text(text)

    assert load_catalog(checkout).rules_of("s") is not None


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ("{1: a, '1': b}", "has 2 entries for '1': keys are compared as text"),
        ("{1.50: a, '1.5': b}", "has 2 entries for '1.5': keys are compared as text"),
        ("{true: a, 'true': b}", "has 2 entries for 'true': keys are compared as text"),
        ("{null: a}", "has an entry for null, which is not translated: use default"),
    ],
)
def test_an_entry_of_translate_is_not_lost(tmp_path: Path, entries: str, message: str) -> None:
    form = f"{{value: item.title, translate: {entries}, default: c}}"
    text = MAPPED.replace("contract_name: item.title", f"contract_name: {form}")

    assert refusal(tmp_path, text) == (
        f"config/sources.yaml:14: {RULE_2}, contract_name.translate: {message}"
    )


def test_a_map_without_rules_is_refused(tmp_path: Path) -> None:
    text = MAPPED[: MAPPED.index("    map:")] + "    map: []\n"

    assert refusal(tmp_path, text) == (
        "config/sources.yaml:6: s.map: must hold at least one rule: add one, or remove map"
    )


@pytest.mark.parametrize(("before", "after"), [("item.", "item.."), ("entity:", "entty:")])
def test_the_text_is_parsed_once_for_the_places_of_all_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str
) -> None:
    composed, compose = [], YAML.compose

    def count(reader: YAML, text: str) -> object:
        composed.append(text)
        return compose(reader, text)

    monkeypatch.setattr(YAML, "compose", count)

    message = refusal(tmp_path, MAPPED.replace(before, after))

    assert message.count("\n") > 2
    assert len(composed) == 1
