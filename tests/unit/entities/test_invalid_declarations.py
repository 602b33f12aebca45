"""A broken YAML file in entities/ is refused with its line, the key and what would be right."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import entities
from tests.support.added_entities import added

PUMP = """\
description: A pump.
fields:
  pump_id: {type: id}
  size: {type: text}
  kind: {type: enum, values: [big, small]}
  site_id: {type: reference, to: EQUIPMENT}
  tags: {type: list, of: text}
"""
ENTITIES = ", ".join(sorted([*entities.models(), "PUMP"]))
TYPES = "id, text, number, date, time, bool, reference, enum or list"
KEYS = "type, to, of, values, required, personal, searchable, description, renamed_from"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder whose files also define entities."""
    with added(tmp_path):
        yield tmp_path


def refusal(folder: Path, text: str | bytes, name: str = "pump.yaml") -> str:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(entities.InvalidEntity) as refused:
        entities.models()
    return str(refused.value)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("description: A", "descripton: A", "1: descripton: unknown key: use one of description,"
         ' fields; did you mean "description"?\nentities/pump.yaml:1: description: this key is'
         " missing"),
        ("description: A pump.", "", "1: description: this key is missing"),
        ("A pump.", "", "1: description: must be text: put a number, true, false or null in qu"),
        ("A pump.", "7", "1: description: must be text: put a number, true, false or null in q"),
        ("A pump.", "' '", "1: description: must not be empty"),
        ("fields:", "felds:", '2: felds: unknown key: use one of description, fields; did you m'),
        ("type: text}", "type: txt}", f'4: fields.size.type: must be {TYPES}; did you mean "te'),
        ("type: text}", "type: string}", f"4: fields.size.type: must be {TYPES}"),
        ("type: text}", "tpe: text}", f"4: fields.size.tpe: unknown key: use one of {KEYS}; did"
         ' you mean "type"?\nentities/pump.yaml:4: fields.size.type: this key is missing'),
        ("type: text}", "type: text, requierd: true}", "4: fields.size.requierd: unknown key: use"
         f' one of {KEYS}; did you mean "required"?'),
        ("type: text}", "type: text, required: yes}", "4: fields.size.required: must be true or f"),
        ("{type: text}", "text", "4: fields.size: must be keys with values, such as {type: text}"),
        ("{type: text}", "", "4: fields.size: must be keys with values, such as {type: text}"),
        ("type: text}", "type: text, to: CONTRACT}", "4: fields.size.to: the type text does not t"),
        ("type: text}", "type: text, values: [a]}", "4: fields.size.values: the type text does n"),
        ("type: text}", "type: text, description: }", "4: fields.size.description: is empty: give"),
        ("to: EQUIPMENT", "to: ", "6: fields.site_id.to: is empty: give it a value, or remove it"),
        ("type: text}", "type: text, renamed_from: old}", "4: fields.size.renamed_from: must be a"
         " list, such as [A, B]"),
        ("type: text}", "type: text, renamed_from: [kind]}", '4: fields.size.renamed_from:'
         ' "kind" is a field of today; name only earlier fields'),
        ("text}\n", "text, renamed_from: [a]}\n  b: {type: text, renamed_from: [a]}\n", "4: fields."
         'size.renamed_from: "a" is named twice; name each earlier field once'),
        ("to: EQUIPMENT", "to: EQUIPMENT, renamed_from: [a]", "6: fields.site_id.renamed_from: ids"
         " and references take no earlier name, because keys and indexes hold stored names: see"),
        ("[big, small]", "[1, small]", "5: fields.kind.values, item 1: must be text: put a number,"
         " true, false or null in quotes"),
        ("[big, small]", "[big, true]", "5: fields.kind.values, item 2: must be text: put a numbe"),
        ("[big, small]", "[]", "5: fields.kind.values: must not be empty"),
        ("[big, small]", "[big, big]", "5: fields.kind.values: must not name a text twice"),
        ("[big, small]", "big", "5: fields.kind.values: must be a list, such as [A, B]"),
        (", values: [big, small]", "", "5: fields.kind.values: the type enum needs this key"),
        (", to: EQUIPMENT", "", "6: fields.site_id.to: the type reference needs this key"),
        ("to: EQUIPMENT", "to: PIPE", '6: fields.site_id.to: no entity is named "PIPE":'
         f" use one of {ENTITIES}"),
        ("to: EQUIPMENT", "to: equipment", '6: fields.site_id.to: no entity is named "equipment"'
         f': use one of {ENTITIES}; did you mean "EQUIPMENT"?'),
        ("to: EQUIPMENT", "to: EQUIPMENT, personal: true", "6: fields.site_id.personal: an id ca"),
        (", of: text", "", "7: fields.tags.of: the type list needs this key"),
        ("of: text", "of: list", "7: fields.tags.of: must be text, number, date, time, bool or en"),
        ("of: text", "of: enum", "7: fields.tags.values: the type enum needs this key"),
        ("type: id}", "type: text}", "3: fields.pump_id: an entity needs its own id: pump_id: {ty"),
        ("  pump_id: {type: id}", "", "2: fields.pump_id: an entity needs its own id: pump_id: {t"),
        ("  pump_id: {", "  number: {", "3: fields.number: rename the field to pump_id: the id is"
         " named after the file"),
        ("size: {type: text}", "size: {type: id}", "4: fields.size: only pump_id has the type id:"
         " use text, or reference"),
        ("type: id}", "type: id, required: false}", "3: fields.pump_id.required: the entity's own"
         " id is always required"),
        ("type: id}", "type: id, personal: true}", "3: fields.pump_id.personal: an id cann"),
        ("type: text}", "type: text, searchable: true}", "4: fields.size.searchable: remove the"
         " key: all fields that are not personal are"),
        ("size:", "ID:", "4: fields.ID: rename the field: the platform uses the name"),
        ("size:", "entity_name:", "4: fields.entity_name: rename the field: the platform uses th"),
        ("size:", "references:", "4: fields.references: rename the field: the platform uses the n"),
        ("size:", "model_config:", "4: fields.model_config: rename the field: the platform uses t"),
        ("size:", "pump size:", "4: fields.pump size: a field's name holds only A-Z, a-z, 0-9 and"),
        ("size:", "_size:", "4: fields._size: a field's name holds only"),
        ("size:", "Größe:", "4: fields.Größe: a field's name holds only A-Z, a-z, 0-9 and _, and"),
        ("size:", "名:", "4: fields.名: a field's name holds only"),
        ("size:", "model_validate_x:", "4: fields.model_validate_x: rename the field: the platfor"),
        ("size:", "model_dump_x:", "4: fields.model_dump_x: rename the field: the platform uses t"),
        ("size:", "7:", "4: fields.7: must be text: put a number, true, false or null in quotes"),
        ("size:", "true:", "4: fields.true: must be text: put a number, true, false or null in qu"),
        ("size:", "null:", "4: fields.null: must be text: put a number, true, false or null in qu"),
        ("text}\n", "text, renamed_from: [id]}\n", '4: fields.size.renamed_from: "id" is no name'),
        ("text}\n", "text, renamed_from: [a b]}\n", '4: fields.size.renamed_from: "a b" is no na'),
        ("size:", "s" * 2000 + ":", "4: line 4 needs a colon and a blank after its key, which has"),
        ("text}", "[" * 2000, " is nested too deeply"),
        ("size:", "kind:", '5: the key "kind" is repeated: delete or rename one'),
        ("size: {type: text}", "size: {type: text", "5: close the { of line 4 with }"),
        ("  size", " size", "4: check the indentation of lines 3 and 4"),
        ("  size", "\tsize", "4: use blanks, not tabs, to indent"),
    ],
)  # fmt: skip
def test_a_broken_declaration_is_named_with_its_line_and_key(
    folder: Path, before: str, after: str, message: str
) -> None:
    assert before in PUMP

    found = refusal(folder, PUMP.replace(before, after, 1))

    assert found.startswith(f"entities/pump.yaml:{message}")


def test_every_fault_of_a_file_has_its_line(folder: Path) -> None:
    text = PUMP.replace("text}", "txt}").replace(", of: text", "")

    found = refusal(folder, text).splitlines()

    assert [line.split(" ")[:2] for line in found] == [
        ["entities/pump.yaml:4:", "fields.size.type:"],
        ["entities/pump.yaml:7:", "fields.tags.of:"],
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1: must be keys with values: description and fields"),
        ("[a, b]", "1: must be keys with values: description and fields"),
        ("PUMP", "1: must be keys with values: description and fields"),
        ("description: A pump.\nfields:\n", "2: fields: must be keys with values"),
        ("description: A pump.\nfields: {}\n", "2: fields.pump_id: an entity needs its own id"),
        (f"{PUMP}---\n{PUMP}", "8: delete this line: a file holds one document"),
    ],
)
def test_a_file_that_declares_not_one_entity_is_refused(
    folder: Path, text: str, message: str
) -> None:
    assert refusal(folder, text).startswith(f"entities/pump.yaml:{message}")


def test_a_file_that_is_not_utf_8_is_refused(folder: Path) -> None:
    found = refusal(folder, PUMP.replace("A pump", "Größe").encode("latin-1"))

    assert found == "entities/pump.yaml: is not UTF-8: invalid start byte at byte 15"


def test_a_folder_is_no_file(folder: Path) -> None:
    (folder / "pump.yaml").mkdir()

    with pytest.raises(entities.InvalidEntity, match=r"^entities/pump\.yaml: Is a directory$"):
        entities.models()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("pump.yml", "rename the file to pump.yaml"),
        ("pump.YAML", "rename the file to pump.yaml"),
        ("Pump.yaml", "rename the file: an entity's name holds only a-z, 0-9 and _, begins with"),
        ("pump-2.yaml", "rename the file: an entity's name holds only a-z, 0-9 and _, begins with"),
        ("2pump.yaml", "rename the file: an entity's name holds only a-z, 0-9 and _, begins with"),
        ("pump.v2.yaml", "rename the file: an entity's name holds only a-z, 0-9 and _, begins"),
        ("p" * 65 + ".yaml", "rename the file: an entity's name holds only a-z, 0-9 and _, begins"),
        ("contract.yaml", "entities/contract.py has the same name: rename or delete one of the"),
        ("declared.py", "entities/declared/ has the same name: rename or delete one of the file"),
        ("declared.yaml", "entities/declared/ has the same name: rename or delete one of the file"),
        ("fields.yaml", "entities/fields.py has the same name: rename or delete one of the file"),
    ],
)
def test_a_file_with_a_wrong_name_is_refused(folder: Path, name: str, message: str) -> None:
    assert refusal(folder, PUMP, name).startswith(f"entities/{name}: {message}")


def test_python_and_yaml_of_one_entity_are_refused(folder: Path) -> None:
    (folder / "pump.py").write_text("from entities.base import Entity\n")

    assert refusal(folder, PUMP).startswith("entities/pump.yaml: entities/pump.py has the same nam")


def test_a_reference_to_nothing_has_the_line_of_its_field_and_not_of_a_key(folder: Path) -> None:
    text = """\
description: A pump.
fields:
  pump_id:
    description: The number on the plate.
    type: id
  type: {type: text}
  "description": {type: reference, to: PIPE}
"""

    assert refusal(folder, text).startswith("entities/pump.yaml:7: fields.description.to: no")


def test_a_reference_that_a_declared_field_cannot_share_an_index_with_is_refused(
    folder: Path,
) -> None:
    found = refusal(folder, PUMP.replace("size:", "contract_id:"))

    assert found == (
        "entities/pump.yaml:4: fields.contract_id: must be {type: reference, to: CONTRACT}, because"
        " EQUIPMENT.contract_id is a reference and both share one index"
    )
