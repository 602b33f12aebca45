"""`make schemas` writes the schemas for editors. That of entities fits what the platform takes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from entities.declared.yaml_file import parse_yaml
from infra.tools.paths import ROOT
from infra.tools.schemas.catalog_schema import NAME
from infra.tools.schemas.editor_schemas import ENTITIES, check_schemas, write_schemas
from infra.tools.schemas.files import SchemaRefused
from tests.unit.entities.declarations import Json, declarations

SCHEMA = json.loads((ROOT / ENTITIES).read_text(encoding="utf-8"))
PUMP = """\
description: A pump.
fields:
  pump_id: {type: id}
  kind: {type: enum, values: [big, small]}
  tags: {type: list, of: text, required: true}
"""


def faults(document: Any) -> list[str]:
    """Return what is wrong in an entity, as an editor underlines it."""
    return [each.message for each in Draft202012Validator(SCHEMA).iter_errors(document)]


def test_the_committed_schemas_are_those_of_the_models(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()

    write_schemas(tmp_path)

    for name in (NAME, ENTITIES):
        assert (ROOT / name).read_text() == (tmp_path / name).read_text()


@pytest.mark.parametrize("name", [NAME, ENTITIES])
def test_make_schemas_writes_the_schemas_and_make_check_finds_an_old_one(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "config").mkdir()

    with pytest.raises(SchemaRefused, match=r"Run `make schemas`"):
        check_schemas(tmp_path)
    assert write_schemas(tmp_path) == [NAME, ENTITIES]
    assert write_schemas(tmp_path) == []

    check_schemas(tmp_path)
    (tmp_path / name).write_text("{}")
    with pytest.raises(SchemaRefused, match=f"^{re.escape(name)}: older"):
        check_schemas(tmp_path)
    assert write_schemas(tmp_path) == [name]


@settings(deadline=None)
@given(declarations())
def test_every_valid_declaration_fits(declaration: Json) -> None:
    assert faults(declaration) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("description:", "descripton:"),
        ("type: id", "type: key"),
        ("values:", "vals:"),
        ("[big, small]", "[1, 2]"),
        ("[big, small]", "[]"),
        ("of: text", "of: list"),
        ("required: true", "required: yes"),
        ("{type: id}", "id"),
    ],
)
def test_an_editor_underlines_what_the_platform_refuses(right: str, wrong: str) -> None:
    assert faults(parse_yaml(PUMP)) == []
    assert faults(parse_yaml(PUMP.replace(right, wrong))) != []


def test_every_key_has_a_description() -> None:
    keys = [
        *SCHEMA["properties"].values(),
        *SCHEMA["$defs"]["FieldDeclaration"]["properties"].values(),
    ]

    assert len(keys) == 11
    assert all("description" in key for key in keys)
