import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import entities
from entities.contract import Contract
from entities.equipment import Equipment
from entities.milestone import Milestone
from tests.support.added_entities import added

PUMP = """
from typing import ClassVar
from entities.base import Entity
from entities.fields import EntityId, references

class Pump(Entity):
    entity_name: ClassVar[str] = {entity_name!r}
    {field}: EntityId
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder whose files also define entities."""
    with added(tmp_path):
        yield tmp_path


IN_PYTHON = [file for file in entities.entity_files().values() if file.suffix == ".py"]


def test_each_file_of_the_folder_defines_one_entity() -> None:
    shipped = {"CONTRACT": Contract, "EQUIPMENT": Equipment, "MILESTONE": Milestone}

    assert entities.models().items() >= shipped.items()
    assert entities.models().keys() == entities.entity_files().keys()


@pytest.mark.parametrize("file", IN_PYTHON, ids=lambda file: file.name)
def test_an_error_message_of_a_rule_is_constant_and_quotes_no_value(file: Path) -> None:
    text = file.read_text()
    raised = [node.exc for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Raise)]

    messages = [arg for error in raised if isinstance(error, ast.Call) for arg in error.args]

    assert all(isinstance(message, ast.Constant) for message in messages)


def test_a_new_file_adds_an_entity(folder: Path) -> None:
    (folder / "pump.py").write_text(PUMP.format(entity_name="PUMP", field="pump_id"))

    models = entities.models()

    assert models["PUMP"].id_field() == "pump_id"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="no entity"),
        pytest.param(PUMP.format(entity_name="VALVE", field="valve_id"), id="another name"),
        pytest.param(
            PUMP.format(entity_name="PUMP", field="pump_id") + "class Twin(Pump): ...",
            id="two entities",
        ),
    ],
)
def test_a_file_that_does_not_define_exactly_the_entity_of_its_name_is_refused(
    folder: Path, text: str
) -> None:
    (folder / "pump.py").write_text(text)

    with pytest.raises(TypeError, match=r"entities/pump\.py.*: must .* 'PUMP'"):
        entities.models()


def test_the_references_of_all_entities_are_listed() -> None:
    shipped = ("EQUIPMENT", "MILESTONE")

    assert [found for found in entities.references() if found.entity_name in shipped] == [
        ("EQUIPMENT", "contract_id", "CONTRACT"),
        ("EQUIPMENT", "current_milestone_id", "MILESTONE"),
        ("EQUIPMENT", "parent_equipment_id", "EQUIPMENT"),
        ("MILESTONE", "contract_id", "CONTRACT"),
    ]


@pytest.mark.parametrize("kind", ["str | None", "bool | None", "list[str]"])
def test_a_reference_that_another_entity_defines_with_another_type_is_refused(
    folder: Path, kind: str
) -> None:
    pump = PUMP.format(entity_name="PUMP", field="pump_id")
    valve = PUMP.format(entity_name="VALVE", field="valve_id").replace("Pump", "Valve")
    (folder / "pump.py").write_text(f'{pump}    twin_id: EntityId = references("EQUIPMENT")\n')
    (folder / "valve.py").write_text(f"{valve}    twin_id: {kind}\n")

    with pytest.raises(TypeError, match=r"Valve\.twin_id: must be EntityId or EntityId"):
        entities.models()


def test_the_references_of_a_new_entity_are_listed(folder: Path) -> None:
    pump = PUMP.format(entity_name="PUMP", field="pump_id")
    (folder / "pump.py").write_text(f'{pump}    site_id: EntityId = references("EQUIPMENT")\n')

    assert ("PUMP", "site_id", "EQUIPMENT") in entities.references()
    assert {"contract_id", "site_id"} <= {*entities.reference_fields()}
    assert entities.reference_fields() == sorted({*entities.reference_fields()})


def test_a_reference_to_an_unknown_entity_is_refused(folder: Path) -> None:
    pump = PUMP.format(entity_name="PUMP", field="pump_id")
    (folder / "pump.py").write_text(f'{pump}    site_id: EntityId = references("SITE")\n')

    with pytest.raises(TypeError, match=r'Pump\.site_id: no entity is named "SITE"'):
        entities.models()


@pytest.mark.parametrize("content", ["{}", '{"sources": {}}', "[]", "no JSON"])
def test_a_json_file_that_no_build_wrote_is_refused(folder: Path, content: str) -> None:
    (folder / "pump.json").write_text(content)

    with pytest.raises(entities.InvalidEntity, match=r"entities/pump\.json: delete the file"):
        entities.models()
