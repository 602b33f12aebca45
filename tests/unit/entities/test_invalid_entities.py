"""A broken file in entities/ is refused with its line and one sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import entities
from tests.support.added_entities import added

PUMP = """\
from typing import ClassVar
from entities.base import Entity, EntityId, references

class Pump(Entity):
    entity_name: ClassVar[str] = "PUMP"
    pump_id: EntityId
    size: str | None = None
"""
IMPORTS = {
    "Path": "from decimal import Context as Path",
    "Field(": "from pydantic import Field",
    "renamed_from(": "from entities.base import renamed_from",
    "personal(": "from entities.base import personal",
}
ENTITIES = ", ".join(sorted([*entities.models(), "PUMP"]))
TYPES = (
    "str, bool, EntityId, Number, CalendarDate, UtcTime, Literal texts, and lists or options of"
    " these"
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder whose files also define entities."""
    with added(tmp_path):
        yield tmp_path


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("size: str", "size str", "7: invalid syntax"),
        ("    size", "  size", "7: unindent does not match any outer indentation level"),
        ("import Entity,", "import Entit,", "2: cannot import name 'Entit' from 'entities.base';"
         ' did you mean "Entity"?'),
        ("references\n", "Nmber\n", "2: cannot import name 'Nmber' from 'entities.base'; did you"
         ' mean "Number"?'),
        ("from typing", "import nowhere\nfrom typing", "1: No module named 'nowhere'"),
        ("entities.base", "entities.bse", "2: No module named 'entities.bse'; did you mean"
         ' "entities.base"?'),
        ("pump_id: EntityId", "pump_id: EntitiId", "6: name 'EntitiId' is not defined; did you"
         ' mean "EntityId"?'),
        ("size: str", "size: st", "7: name 'st' is not defined; did you mean \"str\"?"),
        ("size: str", "size: Number", "7: name 'Number' is not defined; add `from entities.base"
         " import Number`"),
        ("pump_id: EntityId", "id: EntityId", "4: Pump.pump_id: add the field pump_id: "),
        ("pump_id: EntityId", "pump_id: str", "6: Pump.pump_id: add the field pump_id: EntityId"),
        ('    entity_name: ClassVar[str] = "PUMP"\n', "", "4: Pump.entity_name: add entity_name: "),
        ("entity_name: ClassVar[str]", "entity_name: str", "5: Pump.entity_name: add entity_n"),
        ('"PUMP"', '"PUM"', "5: Pump.entity_name: must be 'PUMP', because the file is pump.py, and"
         " not 'PUM'"),
        ("size: str | None", "size: object", "7: Pump.size: cannot be stored exactly; use str"),
        ("size: str | None = None", "size: float", f"7: Pump.size: cannot be stored exactly; use"
         f" {TYPES}"),
        ("size: str | None = None", "size: Path", f"8: Pump.size: cannot be stored exactly; use"
         f" {TYPES}"),
        ("size: str | None", 'size: "st"', "7: Pump.size: cannot be stored exactly"),
        ("class Pump", "class Pump(Entiti): ...\nclass Pump", "4: name 'Entiti' is not defined"),
        ("size: str", "size: 5", "7: unsupported operand"),
        ("size: str | None", "size", "4: A non-annotated attribute was detected: `size = None`"),
        ("size: str | None = None", 'x: EntityId = references("PIPE")', "7: Pump.x: no entity"
         f' is named "PIPE": use one of {ENTITIES}'),
        ("size: str | None = None", 'x: EntityId = references("contract")', "7: Pump.x: no entity"
         f' is named "contract": use one of {ENTITIES};'
         ' did you mean "CONTRACT"?'),
        ("size: str | None = None", "x: bool = references('PUMP')", "7: Pump.x: a reference must"),
        ("size: str | None = None", "ID: str", "7: Pump.ID: rename the field"),
        ("size: str", "Größe: str", "7: Pump.Größe: a field's name holds only A-Z, a-z, 0-9 and _"),
        ("size: str | None = None", "size: str = Field(alias='s')", "8: Pump.size: delete the ali"),
        ("size: str | None = None", "size: str = renamed_from('pump_id')", '8: Pump.size: renamed_'
         'from: "pump_id" is a field of today; name only earlier fields'),
        ("size: str | None = None", "size: str = renamed_from('a', 'a')", '8: Pump.size: renamed_'
         'from: "a" is named twice; name each earlier field once'),
        ("pump_id: EntityId", "pump_id: EntityId = personal()", "7: Pump.pump_id: personal: an id "
         "cannot be personal: keys, logs and addresses show it"),
        ("size: str | None = None", "size: str = int('x')", "7: ValueError: invalid literal"),
    ],
)  # fmt: skip
def test_a_broken_file_is_named_with_its_line(
    folder: Path, before: str, after: str, message: str
) -> None:
    text = PUMP.replace(before, after, 1)
    for name, line in IMPORTS.items():
        if name in after:
            text = f"{line}\n{text}"
    (folder / "pump.py").write_text(text)

    with pytest.raises(entities.InvalidEntity) as refused:
        entities.models()

    assert str(refused.value).startswith(f"entities/pump.py:{message}")
    assert "\n" not in str(refused.value)


def test_the_file_that_is_broken_is_named_and_not_the_one_that_imports_it(folder: Path) -> None:
    (folder / "pump.py").write_text("from entities.valve import Valve\n")
    (folder / "valve.py").write_text("\n\nValve = 1 / 0\n")

    with pytest.raises(entities.InvalidEntity) as refused:
        entities.models()

    assert str(refused.value) == "entities/valve.py:3: ZeroDivisionError: division by zero"
