"""An entity in YAML is the same as the entity in Python."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import to_json

import entities
from entities.base import Entity
from entities.declared.declaration import model_of
from entities.declared.yaml_file import parse_yaml
from infra.tools.schemas.record import record_of
from tests.support.added_entities import added
from tests.unit.entities.declarations import Json, as_python, as_yaml, declarations

PUMP = """\
description: A pump of a line.
fields:
  pump_id: {type: id}
  line_id: {type: reference, to: LINE}
"""
LINE = '''
from typing import Annotated, ClassVar

from entities.base import Entity, EntityId, references


class Line(Entity):
    """A line of a plant."""

    entity_name: ClassVar[str] = "LINE"

    line_id: EntityId
    first_pump_id: Annotated[EntityId | None, references("PUMP")] = None
'''
values: st.SearchStrategy[Any] = st.sampled_from(
    [
        *("p-1", "", "a", "é", "a#b", "12.50", "2026-01-31", "2026-02-30", None, True, 7, 1.5, {}),
        *("2026-01-31T10:00:00+01:00", "2026-01-31T10:00:00", ["a"], [7, "1e2"], [True, None]),
    ]
)


def outcome(model: type[Entity], document: bytes) -> Any:
    """Return what the model makes of a document: its JSON, or what is wrong."""
    try:
        entity = model.model_validate_json(document)
    except ValidationError as error:
        return str(error)
    return entity.model_dump_json(), to_json(entity.model_dump(exclude_none=True))


@settings(deadline=None, max_examples=50)
@given(declarations(), st.data())
def test_a_declaration_makes_the_model_of_the_python_file(
    declaration: Json, data: st.DataObject
) -> None:
    model = model_of("pump", parse_yaml(as_yaml(declaration)))
    written = as_python(declaration)
    fields = declaration["fields"]
    given_values = values | st.sampled_from(
        [text for field in fields.values() for text in field.get("values", ["b"])]
    )
    optional = dict.fromkeys([*fields, "unknown"], given_values)
    document = to_json(data.draw(st.fixed_dictionaries({}, optional=optional)))

    assert outcome(model, document) == outcome(written, document)
    for mode in ("validation", "serialization"):
        assert model.model_json_schema(mode=mode) == written.model_json_schema(mode=mode)
    assert list(model.model_fields) == list(written.model_fields)
    assert model.__doc__ == written.__doc__
    assert (model.__name__, model.__module__) == (written.__name__, written.__module__)
    assert (model.entity_name, model.id_field()) == (written.entity_name, written.id_field())
    assert model.references() == written.references()
    assert model.personal_fields() == written.personal_fields()
    assert model.renamed_fields() == written.renamed_fields()
    assert model.null_fields() == written.null_fields()
    assert record_of(model) == record_of(written)
    assert outcome(model.key_model(), document) == outcome(written.key_model(), document)  # type: ignore[arg-type]


def test_entities_in_yaml_and_python_refer_to_each_other(tmp_path: Path) -> None:
    (tmp_path / "pump.yaml").write_text(PUMP)
    (tmp_path / "line.py").write_text(LINE)

    with added(tmp_path):
        models = entities.models()
        references = entities.references()

    assert {"CONTRACT", "EQUIPMENT", "LINE", "MILESTONE", "PUMP"} <= {*models}
    assert list(models) == sorted(models)
    assert ("PUMP", "line_id", "LINE") in references
    assert ("LINE", "first_pump_id", "PUMP") in references


def test_the_name_of_a_file_with_several_words_gives_all_names() -> None:
    declaration = {"description": "A line.", "fields": {"pump_line_2_id": {"type": "id"}}}

    model = model_of("pump_line_2", declaration)

    assert model.__name__ == "PumpLine2"
    assert model.entity_name == "PUMP_LINE_2"
    assert model.id_field() == "pump_line_2_id"


@pytest.mark.parametrize("name", [".pump.yaml", ".#pump.yaml", "pump.yaml~", "pump.yaml.orig"])
def test_a_file_that_an_editor_keeps_is_no_entity(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("broken: [")

    with added(tmp_path):
        assert "PUMP" not in entities.models()
