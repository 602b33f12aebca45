"""The package holds entities in YAML as JSON, and reads them without a YAML library."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

import entities
from infra.tools.build import lambda_package
from infra.tools.build.target import Target, local_target
from infra.tools.stack.emulator import PYTHON
from tests.support.added_entities import added
from tests.support.packages import copy_dependencies

PUMP = """\
description: A pump, and the equipment that it is part of.
fields:
  size: {type: number, required: true}
  pump_id: {type: id}
  pump_of_id: {type: reference, to: EQUIPMENT}
  kind: {type: enum, values: ["003", é]}
"""
# -S and -I keep this machine's packages out: only what the zip holds can be imported.
PROBE = """
import json, sys
sys.path.insert(0, sys.argv[1])
import entities
schemas = {name: model.model_json_schema() for name, model in entities.models().items()}
print(json.dumps([schemas, entities.reference_fields(), sorted(sys.modules)]))
"""


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Return the built package of a checkout with the entity PUMP."""
    folder = tmp_path_factory.mktemp("build")
    (folder / "models").mkdir()
    (folder / "models" / "pump.yaml").write_text(PUMP)
    copy_dependencies(local_target(PYTHON), folder)
    target = replace(local_target(PYTHON), directory=folder)
    with added(folder / "models"):
        lambda_package.build(target)
        yield target


def test_the_entities_of_the_package_are_those_of_the_checkout(
    target: Target, tmp_path: Path
) -> None:
    with ZipFile(target.zip_file) as package:
        package.extractall(tmp_path)

    command: list[str | Path] = [PYTHON, "-I", "-S", "-c", PROBE, tmp_path]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    schemas, reference_fields, modules = json.loads(printed)
    expected = {name: model.model_json_schema() for name, model in entities.models().items()}
    assert schemas == expected
    assert list(schemas["PUMP"]["properties"]) == ["size", "pump_id", "pump_of_id", "kind"]
    assert "pump_of_id" in reference_fields
    assert not {"ruamel", "ruamel.yaml"} & {*modules}


def test_the_package_has_no_yaml_and_no_code_that_reads_yaml(target: Target) -> None:
    names = ZipFile(target.zip_file).namelist()

    assert "entities/pump.json" in names
    assert [name for name in names if "yaml" in name and name.startswith("entities")] == []
    assert "entities/declared/yaml_model.py" not in names


def test_the_manifest_has_the_index_and_the_schema_of_the_entity(target: Target) -> None:
    manifest = json.loads(target.zip_file.with_suffix(".json").read_text())

    assert "PUMP" in manifest["entities"]
    assert "pump_of_id" in manifest["reference_fields"]
    assert manifest["schemas"]["PUMP"]["fields"]["pump_of_id"]["references"] == "EQUIPMENT"


def test_another_build_gives_the_same_bytes_and_a_changed_file_gives_others(
    target: Target,
) -> None:
    before = target.zip_file.read_bytes()

    same = lambda_package.build(target).read_bytes()
    file = target.directory / "models" / "pump.yaml"
    file.write_text(PUMP.replace("003", "004"))
    changed = lambda_package.build(target).read_bytes()

    assert same == before
    assert changed != before
