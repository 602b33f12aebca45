"""The schema of an entity in YAML is recorded and compared as that of an entity in Python."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from infra.tools.schemas import files
from infra.tools.schemas.files import SchemaRefused
from tests.support.added_entities import added

PYTHON = '''"""A pump."""

from typing import Annotated, ClassVar, Literal

from entities.base import CalendarDate, Entity, EntityId, Number, personal, references


class Pump(Entity):
    """A pump."""

    entity_name: ClassVar[str] = "PUMP"

    pump_id: EntityId
    size: Number
    kind: Literal["big", "small"] | None = None
    site_id: Annotated[EntityId | None, references("EQUIPMENT")] = None
    days: list[CalendarDate] | None = None
    owner: Annotated[str | None, personal()] = None
'''
YAML = """\
description: A pump.
fields:
  pump_id: {type: id}
  size: {type: number, required: true}
  kind: {type: enum, values: [big, small]}
  site_id: {type: reference, to: EQUIPMENT}
  days: {type: list, of: date}
  owner: {type: text, personal: true}
"""


@contextmanager
def pump(name: str, text: str) -> Iterator[None]:
    """Define the entity PUMP in a file."""
    with TemporaryDirectory() as folder, added(Path(folder)):
        (Path(folder) / name).write_text(text)
        yield


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a checkout in which the PUMP in YAML is recorded."""
    with pump("pump.yaml", YAML):
        files.write(tmp_path)
    return tmp_path


def test_an_entity_that_moves_to_yaml_or_back_keeps_its_record(tmp_path: Path) -> None:
    with pump("pump.py", PYTHON):
        files.write(tmp_path)

    with pump("pump.yaml", YAML):
        files.check(tmp_path)
        changed = files.write(tmp_path)

    assert changed == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("big, small", "big", "PUMP.kind: the value 'small' was removed"),
        ("number", "bool", "PUMP.size: the type changed from Number to boolean"),
        ("of: date", "of: number", "PUMP.days: items: the type changed from CalendarDate to Num"),
        ("EQUIPMENT}", "CONTRACT}", "PUMP.site_id: the reference changed from EQUIPMENT to CONT"),
        ("EQUIPMENT}", "EQUIPMENT, required: true}", "PUMP.site_id: the field became required:"
         " give the field a default; in YAML, remove required: true"),
        ("owner:", "holder:", "PUMP.owner: the field was removed or renamed: keep the field, or"
         " name 'owner' in renamed_from of the field that replaces it"),
    ],
)  # fmt: skip
def test_a_breaking_change_is_refused_until_it_is_accepted(
    root: Path, before: str, after: str, said: str
) -> None:
    with pump("pump.yaml", YAML.replace(before, after)):
        with pytest.raises(SchemaRefused) as refused:
            files.check(root)
        files.write(root, accept=True, reason="no sender has it")
        files.check(root)

    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("owner: {type: text,", "holder: {type: text, renamed_from: [owner],"),
        ("big, small", "big, small, tiny"),
        (", required: true", ""),
    ],
)
def test_a_change_that_fits_stored_rows_is_recorded(root: Path, before: str, after: str) -> None:
    record = root / "config" / "schemas" / "PUMP.json"
    recorded = record.read_text()

    with pump("pump.yaml", YAML.replace(before, after)):
        files.write(root)

        files.check(root)
    assert record.read_text() != recorded


def test_another_description_keeps_the_record(root: Path) -> None:
    with pump("pump.yaml", YAML.replace("A pump.", "A pump of a line.")):
        changed = files.write(root)

        files.check(root)
    assert "PUMP" not in str(changed)


def test_a_removed_file_is_a_breaking_change(root: Path) -> None:
    with pytest.raises(SchemaRefused, match=r"restore entities/pump\.py or pump\.yaml"):
        files.check(root)
