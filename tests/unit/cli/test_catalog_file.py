"""A wrong catalog is refused with the line, the keys, and a sentence in plain words."""

from pathlib import Path
from typing import Any

import pytest

import entities
from entities.contract import Contract
from ingestion.catalog import Catalog
from ingestion.cli.catalog_faults.messages import PATTERN_RULES
from ingestion.cli.catalog_file import BadCatalog
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import load_catalog

CATALOG = """\
sources:
  sourceA:
    path: a
    entities: [EQUIPMENT]
    auth: api_key
  sourceB:
    path: b
    entities:
      - CONTRACT
      - MILESTONE
    auth: api_key
    files:
      delimiter: ";"
"""
KEYS = (
    "max_ahead, min_time, entities, success, signature, handshake, on_invalid, path, auth,"
    " principals, rate_per_second, burst, expect_every_minutes, files, map, ignore, form"
)
ENTITIES = ", ".join(entities.models())
NAME_RULE = (
    "a source's name holds only A-Z, a-z, 0-9, - and _, begins with one of A-Z or a-z, and has at"
    " most 24 characters"
)
CONTRACT_FIELDS = ", ".join(Contract.model_fields)


def refusal(tmp_path: Path, text: str | bytes) -> str:
    checkout = Checkout(tmp_path)
    checkout.catalog_file.parent.mkdir()
    checkout.catalog_file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadCatalog) as refused:
        load_catalog(checkout)
    return str(refused.value)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("path: a", "pathh: a", f'3: sourceA.pathh: unknown key: use one of {KEYS}; did you'
         ' mean "path"?\nconfig/sources.yaml:2: sourceA.path: this key is missing'),
        ("delimiter", "delimeter", "13: sourceB.files.delimeter: unknown key: use one of"
         ' encoding, delimiter, entity, columns, ignore, key, time; did you mean "delimiter"?'),
        ("EQUIPMENT", "EQUIPMENTS", "4: sourceA.entities: unknown entity 'EQUIPMENTS': must be one"
         f' of {ENTITIES}; did you mean "EQUIPMENT"?'),
        ("- MILESTONE", "- milestone", "10: sourceB.entities: unknown entity 'milestone': must be"
         f' one of {ENTITIES}; did you mean "MILESTONE"?'),
        ("auth: api_key", "auth: apikey", "5: sourceA.auth: must be api_key, hmac, iam, basic"
         ' or bearer; did you mean "api_key"?'),
        ("auth: api_key", "auth: iam", "2: sourceA: principals must list at least one role or user"
         " if auth is iam, and must be empty otherwise"),
        ("path: a", "path: A/b", "3: sourceA.path: must hold only a-z, 0-9, - and _, begin with"
         " one of a-z or 0-9, and have at most 40 characters, and not 'A/b'"),
        ("path: a", "path: 7", "3: sourceA.path: must be text: put a number, true, false or null"
         " in quotes"),
        ("path: a", "path: b", "6: path 'b' is used by sourceA, sourceB: choose another for all"
         " but one"),
        ("path: b", "path: docs", "6: path 'docs' of sourceB is reserved: choose another path"),
        ('";"', '";;"', '13: sourceB.files.delimiter: must be one character, but no quote (") and'
         " no line break, and not ';;'"),
        ('delimiter: ";"', "entity: EQUIPMENT", "13: sourceB: files.entity must be one of CONTRACT,"
         " MILESTONE"),
        ('delimiter: ";"', "entity: contract", "13: sourceB: files.entity must be one of CONTRACT,"
         ' MILESTONE; did you mean "CONTRACT"?'),
        ('delimiter: ";"', "columns: {No: contract_idd}", "13: sourceB: files.columns: CONTRACT has"
         f" no field contract_idd: use one of {CONTRACT_FIELDS}; did you mean \"contract_id\"?"),
        ("sourceB:", "source B:", f"6: source B: {NAME_RULE}"),
        ("sourceB:", "my source!:", f"6: my source!: {NAME_RULE}"),
        ("[EQUIPMENT]", "EQUIPMENT", "4: sourceA.entities: must be a list, such as [A, B]"),
        ("[EQUIPMENT]", "[]", "4: sourceA.entities: must not be empty"),
        ("path: a", "path: a\n    burst: 0", "4: sourceA.burst: must be at least 1"),
        ("path: a", "path: a\n    burst: 9999", "4: sourceA.burst: must be at most 5000"),
        ("path: a", "path: a\n    burst: '5'", "4: sourceA.burst: must be a whole number without"
         " quotes"),
        ("auth: api_key", "auth: iam\n    principals: [role/x]", "6: sourceA.principals: must be"
         " the ARN of one role or user, as arn:aws:iam::123456789012:role/sender, and not"
         " 'role/x'"),
        ("path: a", "path: a\n    ignore: x", "4: sourceA: ignore needs map: add the rules of the"
         " source, or remove ignore"),
        ("path: a", "path: a\n    form: {json: x}", "4: sourceA: form needs map: add the rules of"
         " the source, or remove form"),
        ("sourceB:", "sourceA:", '6: found duplicate key "sourceA"'),
        ("path: b", "\tpath: b", "7: use blanks, not tabs, to indent"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_line_key_and_rule(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    text = CATALOG.replace(before, after, 1)

    assert refusal(tmp_path, text) == f"config/sources.yaml:{message}"


MAPPED = """\
sources:
  s:
    path: s
    entities: [CONTRACT]
    auth: api_key
    map:
      - entity: CONTRACT
        id: item.no
        operation: delete
      - entity: CONTRACT
        id: [item.a, item.b]
        time: {value: item.at, format: epoch_s}
        fields:
          contract_name: item.title
          contract_type: item.type
          contract_status: item.status
"""
RULE_1, RULE_2 = "s, rule 1 (CONTRACT)", "s, rule 2 (CONTRACT)"
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
         " position 6 of 'join(a': ends too early; a comma ends a text inside [ ] or { }: put the"
         " expression in quotes"),
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


EMPTY = (
    "is empty: give it a value, or remove it; put an expression that begins with & or ! in quotes"
)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("id: item.no", "id: item.no\n        when: &payload.wanted", f"9: {RULE_1}, when: "),
        ("id: item.no", "id: item.no\n        each:", f"9: {RULE_1}, each: "),
        ("id: item.no", "id: item.no\n        time:", f"9: {RULE_1}, time: "),
        ("id: item.no", "id: item.no\n        event_id: null", f"9: {RULE_1}, event_id: "),
        ("format: epoch_s", "format: epoch_s, zone: ", f"12: {RULE_2}, time.zone: "),
        ("item.title", "{value: item.title, default: }", f"14: {RULE_2}, contract_name.default: "),
        ("item.title", "{value: item.t, empty: [null]}", f"14: {RULE_2}, contract_name.empty, "),
        ("    map:", "    ignore:\n    map:", "6: s.ignore: "),
        ("    map:", "    form:\n    map:", "6: s.form: "),
        ("    map:", "    handshake:\n    map:", "6: s.handshake: "),
        ("    map:", "    signature:\n    map:", "6: s.signature: "),
        ("    map:", "    expect_every_minutes:\n    map:", "6: s.expect_every_minutes: "),
        ("    map:", "    files: {entity: }\n    map:", "6: s.files.entity: "),
    ],
)
def test_a_key_without_a_value_is_not_taken_as_absent(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    found = refusal(tmp_path, MAPPED.replace(before, after, 1))

    assert found.startswith(f"config/sources.yaml:{message}")
    assert EMPTY in found


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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1: must be keys with values"),
        ("source: {}", "1: source: unknown key: use one of sources; did you mean"),
        ("sources:\n", "1: sources: must be keys with values"),
        ("sources:\n  a:\n", "2: a: must be keys with values"),
        ("# nothing\nsources: {}\n", "2: sources: must not be empty"),
        (b"sources: \xff", " is not UTF-8: invalid start byte at byte 9"),
    ],
)
def test_a_file_without_sources_is_refused(tmp_path: Path, text: str | bytes, message: str) -> None:
    assert refusal(tmp_path, text).startswith(f"config/sources.yaml:{message}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadCatalog, match=r"^config/sources\.yaml: No such file or directory$"):
        load_catalog(Checkout(tmp_path))


def test_every_pattern_of_the_catalog_has_a_rule_in_words() -> None:
    patterned = set(keys_with_patterns("", Catalog.model_json_schema()))

    assert patterned == set(PATTERN_RULES)


def keys_with_patterns(key: str, schema: Any) -> list[str]:
    """Return the keys of a JSON schema whose values have a pattern; "[key]" for keys themselves."""
    if not isinstance(schema, dict):
        return []
    own = [key] if "pattern" in schema else []
    own += ["[key]"] if "patternProperties" in schema else []
    named = schema.get("properties", {}) | schema.get("$defs", {})
    inner = [(name, each) for name, each in named.items()]
    inner += [(key, each) for each in (schema.get("items"), *schema.get("anyOf", []))]
    return own + [found for name, each in inner for found in keys_with_patterns(name, each)]
