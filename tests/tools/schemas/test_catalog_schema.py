"""The JSON Schema of the catalog is that of its models, and helps in an editor."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from entities.declared.yaml_file import parse_yaml
from infra.tools.paths import ROOT
from infra.tools.schemas.catalog_schema import NAME, schema_text
from tests.support.factories import CATALOG_YAML

SCHEMA = json.loads((ROOT / NAME).read_text(encoding="utf-8"))
MAPPED = """
sources:
  orders:
    path: orders
    entities: [CONTRACT]
    auth: api_key
    ignore: payload.type == 'ping'
    map:
      - entity: CONTRACT
        each: [payload.orders, item.lines]
        when: item.status
        id: [parent.number, item.number]
        time: {value: item.changed, format: [rfc3339, epoch_ms], zone: Europe/Berlin}
        operation: {value: item.status, translate: {gone: delete}, default: upsert}
        fields:
          contract_name: item.title
          contract_type: {const: goods}
          contract_status: {first: [item.a, item.b], empty: ["", 0, n/a], optional: true}
"""


def faults(document: Any) -> list[str]:
    """Return what is wrong in a catalog, as an editor underlines it."""
    return [each.message for each in Draft202012Validator(SCHEMA).iter_errors(document)]


def test_the_committed_schema_is_that_of_the_models() -> None:
    assert (ROOT / NAME).read_text(encoding="utf-8") == schema_text()


def test_the_shipped_catalog_names_the_schema_and_fits(tmp_path: Path) -> None:
    text = CATALOG_YAML.read_text()
    [name] = re.findall(r"^# yaml-language-server: \$schema=(\S+)$", text, re.MULTILINE)

    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--schemafile", ROOT / NAME, CATALOG_YAML],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert CATALOG_YAML.parent / name == ROOT / NAME
    assert checked.returncode == 0, checked.stdout
    assert faults(parse_yaml(text)) == []


def test_a_mapped_source_fits() -> None:
    assert faults(parse_yaml(MAPPED)) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("path: orders", "pth: orders"),
        ("  orders:", "  9orders:"),
        ("api_key", "apikey"),
        ("entity: CONTRACT", "entity: [CONTRACT]"),
        ("when:", "whn:"),
        ("format: [rfc3339", "formats: [rfc3339"),
        ("{const: goods}", "{const: goods, value: item.type}"),
        ("optional: true", "optional: 3"),
    ],
)
def test_an_editor_underlines_what_the_platform_refuses(right: str, wrong: str) -> None:
    assert faults(parse_yaml(MAPPED.replace(right, wrong))) != []


def test_every_key_has_a_description() -> None:
    models = {name: model for name, model in SCHEMA["$defs"].items() if "properties" in model}
    assert {"Source", "Files", "Rule", "Form"} <= set(models)

    silent = [
        f"{name}.{key}"
        for name, model in models.items()
        for key, described in model["properties"].items()
        if "description" not in described
    ]

    assert silent == []
