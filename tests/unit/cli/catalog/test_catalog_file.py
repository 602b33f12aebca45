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
from tests.unit.cli.catalog.catalogs import MAPPED, RULE_1, RULE_2, refusal

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


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("path: a", "pathh: a", f'3: sourceA.pathh: unknown key: use one of {KEYS}; did you'
         ' mean "path"?\nconfig/sources.yaml:2: sourceA.path: this key is missing'),
        ("delimiter", "delimeter", "13: sourceB.files.delimeter: unknown key: use one of"
         " format, default, encoding, delimiter, entity, columns, ignore, key, time; did you mean"
         ' "delimiter"?'),
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
        ("sourceB:", "sourceA:", '6: the key "sourceA" is repeated: delete or rename one'),
        ("path: b", "\tpath: b", "7: use blanks, not tabs, to indent"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_line_key_and_rule(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    text = CATALOG.replace(before, after, 1)

    assert refusal(tmp_path, text) == f"config/sources.yaml:{message}"


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
