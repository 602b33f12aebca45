import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import entities
from entities.base import Entity
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
    """A folder whose files are entities too."""
    with added(tmp_path):
        yield tmp_path


def test_every_file_is_an_entity() -> None:
    assert entities.models() == {
        "CONTRACT": Contract,
        "EQUIPMENT": Equipment,
        "MILESTONE": Milestone,
    }


@pytest.mark.parametrize("model", entities.models().values(), ids=list(entities.models()))
def test_a_rules_message_is_fixed_text_and_so_quotes_no_value(model: type[Entity]) -> None:
    text = Path(inspect.getfile(model)).read_text()
    raised = [it.exc for it in ast.walk(ast.parse(text)) if isinstance(it, ast.Raise)]

    messages = [arg for it in raised if isinstance(it, ast.Call) for arg in it.args]

    assert all(isinstance(message, ast.Constant) for message in messages)


def test_a_new_entity_is_one_file(folder: Path) -> None:
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
def test_a_file_that_disagrees_with_its_model_is_refused_by_name(folder: Path, text: str) -> None:
    (folder / "pump.py").write_text(text)

    with pytest.raises(TypeError, match=r"entities/pump\.py must define one Entity .* 'PUMP'"):
        entities.models()


def test_every_reference_is_found() -> None:
    assert entities.references() == [
        ("EQUIPMENT", "contract_id", "CONTRACT"),
        ("EQUIPMENT", "current_milestone_id", "MILESTONE"),
        ("EQUIPMENT", "parent_equipment_id", "EQUIPMENT"),
        ("MILESTONE", "contract_id", "CONTRACT"),
    ]


@pytest.mark.parametrize("kind", ["str | None", "bool | None", "list[str]"])
def test_a_reference_whose_name_another_entity_has_for_something_else_is_refused(
    folder: Path, kind: str
) -> None:
    pump = PUMP.format(entity_name="PUMP", field="pump_id")
    valve = PUMP.format(entity_name="VALVE", field="valve_id").replace("Pump", "Valve")
    (folder / "pump.py").write_text(f'{pump}    twin_id: EntityId = references("EQUIPMENT")\n')
    (folder / "valve.py").write_text(f"{valve}    twin_id: {kind}\n")

    with pytest.raises(TypeError, match=r"Valve\.twin_id must be an EntityId or none"):
        entities.models()


def test_a_new_entitys_references_are_found(folder: Path) -> None:
    pump = PUMP.format(entity_name="PUMP", field="pump_id")
    (folder / "pump.py").write_text(f'{pump}    site_id: EntityId = references("EQUIPMENT")\n')

    assert ("PUMP", "site_id", "EQUIPMENT") in entities.references()
    assert entities.reference_fields() == [
        "contract_id",
        "current_milestone_id",
        "parent_equipment_id",
        "site_id",
    ]


def test_a_reference_to_no_entity_is_refused_by_name(folder: Path) -> None:
    pump = PUMP.format(entity_name="PUMP", field="pump_id")
    (folder / "pump.py").write_text(f'{pump}    site_id: EntityId = references("SITE")\n')

    with pytest.raises(TypeError, match=r"Pump\.site_id references the unknown 'SITE'"):
        entities.models()
