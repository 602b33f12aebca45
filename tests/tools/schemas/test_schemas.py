"""`make schemas` records the models, and `make check` compares the models with the records."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import entities
from infra.tools.app import app
from infra.tools.paths import ROOT
from infra.tools.schemas import files
from infra.tools.schemas.files import SchemaRefused
from tests.support.added_entities import added

PUMP = '''"""A pump."""

from typing import Annotated, ClassVar, Literal

from entities.base import Entity
from entities.fields import EntityId, Number, renamed_from


class Pump(Entity):
    """Moves a liquid."""

    entity_name: ClassVar[str] = "PUMP"

    pump_id: EntityId
'''
SIZE = "    size: str | None = None\n"
RENAMED = '    width: Annotated[str | None, renamed_from("size")] = None\n'
# What replaces `size: str | None = None`, and what the message says about it.
BREAKING = [
    pytest.param("", "PUMP.size: the field was removed or renamed", id="removed"),
    pytest.param("    size: str\n", "PUMP.size: the field became required", id="required"),
    pytest.param(
        f"{SIZE}    rate: Number\n", "PUMP.rate: the new field is required", id="new and required"
    ),
    pytest.param(
        '    size: Literal["a"] | None = None\n', "PUMP.size: only 'a' are accepted", id="narrowed"
    ),
    pytest.param(
        "    size: Number | None = None\n",
        "PUMP.size: the type changed from string to Number or null",
        id="retyped",
    ),
]


@contextmanager
def pump(*fields: str) -> Iterator[None]:
    """Define the entity PUMP with these fields."""
    with TemporaryDirectory() as folder, added(Path(folder)):
        (Path(folder) / "pump.py").write_text("".join([PUMP, *fields]))
        yield


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, obj=root, catch_exceptions=False)


def record(root: Path, name: str = "PUMP") -> Any:
    return json.loads((files.directory(root) / f"{name}.json").read_text())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout in which PUMP is recorded with the optional field `size`."""
    with pump(SIZE):
        files.write(tmp_path)
    return tmp_path


def test_the_repositorys_records_are_those_of_its_models() -> None:
    files.check()

    assert files.recorded().keys() == entities.models().keys()


def test_equal_models_give_equal_files_whatever_the_order_of_fields(root: Path) -> None:
    file = files.directory(root) / "PUMP.json"
    before = file.read_bytes()

    with pump('    zone: Literal["a", "b"] = "a"\n', SIZE):
        files.write(root)
    first = file.read_bytes()
    with pump(SIZE, '    zone: Literal["b", "a"] = "a"\n'):
        changed = files.write(root)

    assert before != first
    assert changed == []
    assert file.read_bytes() == first


def test_an_entity_without_a_record_is_new_and_no_fault(tmp_path: Path) -> None:
    with pump(SIZE):
        files.check(tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("fields", "said"), BREAKING)
def test_a_breaking_change_is_refused_by_check_and_by_schemas(
    root: Path, fields: str, said: str
) -> None:
    before = record(root)

    with pump(fields):
        with pytest.raises(SchemaRefused) as checked:
            files.check(root)
        with pytest.raises(SchemaRefused) as refused:
            run(root, "schemas")

    assert said in str(checked.value)
    assert said in str(refused.value)
    assert 'make schemas BREAKING=1 REASON="…"' in str(refused.value)
    assert record(root) == before


@pytest.mark.parametrize(("fields", "said"), BREAKING)
def test_a_breaking_change_with_a_reason_is_recorded(root: Path, fields: str, said: str) -> None:
    with pump(fields):
        run(root, "schemas", "--breaking", "--reason", "no sender has it")
        files.check(root)

    [accepted] = record(root)["breaking"]
    assert said == f"PUMP.{accepted['field']}: {accepted['change']}"
    assert accepted["reason"] == "no sender has it"


@pytest.mark.parametrize("reason", [[], ["--reason", ""], ["--reason", " "]])
def test_a_breaking_change_without_a_reason_is_refused(root: Path, reason: list[str]) -> None:
    before = record(root)

    with pump(), pytest.raises(SchemaRefused, match="needs a reason: add REASON="):
        run(root, "schemas", "--breaking", *reason)

    assert record(root) == before


@pytest.mark.parametrize(
    "fields",
    [
        f"{SIZE}    rate: Number | None = None\n",
        f"{SIZE}    rate: Number = 0\n",
        '    size: str = "none"\n',
        RENAMED,
        "    size: str | Number | None = None\n",
    ],
)
def test_another_change_only_needs_a_new_record(root: Path, fields: str) -> None:
    with pump(fields):
        with pytest.raises(SchemaRefused, match=r"PUMP\.json: the model changed.*make schemas"):
            files.check(root)
        run(root, "schemas")
        files.check(root)

    assert record(root)["breaking"] == []


def test_a_removed_entity_keeps_a_record_that_says_so(root: Path) -> None:
    with pytest.raises(
        SchemaRefused, match=r"PUMP: .* removed: restore entities/pump\.py or pump\.yaml"
    ):
        files.check(root)
    run(root, "schemas", "--breaking", "--reason", "sold")
    files.check(root)

    assert record(root)["removed"] is True
    assert record(root)["breaking"][0]["reason"] == "sold"


def test_a_removed_entity_that_comes_back_must_fit_its_rows(root: Path) -> None:
    run(root, "schemas", "--breaking", "--reason", "sold")

    with pump(), pytest.raises(SchemaRefused, match=r"PUMP\.size: the field was removed"):
        run(root, "schemas")
    with pump(SIZE):
        run(root, "schemas")
        files.check(root)

    assert "removed" not in record(root)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"entity": "PUMP"}', '{"entity": "OTHER", "fields": {}}']
)
def test_a_damaged_record_is_named_and_not_overwritten(root: Path, text: str) -> None:
    file = files.directory(root) / "PUMP.json"
    file.write_text(text)

    with (
        pump(SIZE),
        pytest.raises(SchemaRefused, match=r"PUMP\.json is not the record of PUMP: restore"),
    ):
        run(root, "schemas")

    assert file.read_text() == text


@pytest.mark.parametrize(
    ("variables", "options"),
    [
        ([], ""),
        (["BREAKING=0", "REASON=no"], ""),
        (["BREAKING=1", "REASON=it's $$HOME"], '--breaking --reason "$REASON"'),
    ],
)
def test_make_passes_the_reason_only_with_breaking(variables: list[str], options: str) -> None:
    command = ["make", "-n", "schemas", *variables]

    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert shown.splitlines()[-1].rstrip().endswith(f"schemas {options}".rstrip())
