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
TYPES = "str, bool, EntityId, Number, CalendarDate, Literal texts, and lists or options of these"


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
        ("import Entity,", "import Entiti,", "2: cannot import name 'Entiti' from 'entities.base'"),
        ("from typing", "import nowhere\nfrom typing", "1: No module named 'nowhere'"),
        ("pump_id: EntityId", "pump_id: EntitiId", "6: name 'EntitiId' is not defined"),
        ("pump_id: EntityId", "id: EntityId", "4: Pump needs the field pump_id: EntityId"),
        ("pump_id: EntityId", "pump_id: str", "4: Pump needs the field pump_id: EntityId"),
        ('    entity_name: ClassVar[str] = "PUMP"\n', "", "4: Pump needs entity_name: ClassVar["),
        ("entity_name: ClassVar[str]", "entity_name: str", "4: Pump needs entity_name: ClassVar["),
        ("size: str | None", "size: object", "4: Pump.size: cannot be stored exactly; use str"),
        ("size: str | None = None", "size: Path", "5: the type of a field cannot be"
         f" stored: use {TYPES}"),
        ("size: str | None", "size", "4: A non-annotated attribute was detected: `size = None`"),
        ("size: str | None = None", 'x: EntityId = references("PIPE")', "7: Pump.x references"
         " 'PIPE': use one of CONTRACT, EQUIPMENT, MILESTONE, PUMP"),
        ("size: str | None = None", "size: str = int('x')", "7: ValueError: invalid literal"),
    ],
)  # fmt: skip
def test_a_broken_file_is_named_with_its_line(
    folder: Path, before: str, after: str, message: str
) -> None:
    text = PUMP.replace(before, after, 1)
    if "Path" in after:
        text = "from decimal import Context as Path\n" + text
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
